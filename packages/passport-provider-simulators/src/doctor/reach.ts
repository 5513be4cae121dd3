import { ask, explain, type Reply } from './ask.js'
import { type Finding, check, ok, wrong } from './finding.js'

/** How many milliseconds two clocks may differ. */
const SKEW_MS = 60_000

/** Whether the address can be reached, its certificate is valid, and the clocks agree. */
export async function examineAddress(name: string, url: URL): Promise<Finding[]> {
  let reply: Reply
  try {
    reply = await ask(new URL('/', url))
  } catch (error) {
    const [what, advice] = explain(error)
    return [wrong(`${name} ${url.origin} is not reachable: ${what}`, advice)]
  }
  const secure = url.protocol === 'https:' ? ', its certificate is valid' : ''
  return [ok(`${name} ${url.origin} answers${secure}`), ...examineClock(reply)]
}

function examineClock({ headers }: Reply): Finding[] {
  const theirs = Date.parse(headers.date ?? '')
  if (Number.isNaN(theirs)) return []
  const seconds = Math.round(Math.abs(Date.now() - theirs) / 1000)
  if (seconds * 1000 <= SKEW_MS) return [ok('its clock and the clock of this machine agree')]
  return [
    check(
      `its clock and the clock of this machine differ by ${seconds} seconds`,
      "Set this machine's clock by NTP: certificates and lifetimes depend on it.",
    ),
  ]
}

import { readAddresses } from './addresses.js'
import { examineApp } from './app.js'
import { ask, type Reply, unreachable } from './ask.js'
import { type Finding, type Findings, check, listFindings, ok } from './finding.js'
import { examineToken, examineUserInfo } from './probes.js'
import { examineShapes, type DoctorSettings } from './settings.js'

/** How many milliseconds two clocks may differ. */
const SKEW_MS = 60_000

/**
 * Examines a provider's settings, as far as possible without a user. Asks the provider's addresses
 * and, where it is given, the application; no other host.
 */
export async function examine(settings: DoctorSettings): Promise<Finding[]> {
  const { findings, token, userInfo } = readAddresses(settings)
  const address = token && (await examineAddress('the provider', token))
  const isReachable = !listFindings(address).some(({ level }) => level === 'wrong')
  return listFindings([
    findings,
    examineShapes(settings),
    address,
    isReachable && token && (await examineToken(token, settings)),
    isReachable && token && userInfo && (await examineUserInfo(userInfo, settings)),
    await examineApp(settings),
  ])
}

/** Whether the address can be reached, its certificate is valid, and the clocks agree. */
async function examineAddress(name: string, url: URL): Promise<Findings> {
  return ask(new URL('/', url)).then(
    (reply) => {
      const secure = url.protocol === 'https:' ? ', its certificate is valid' : ''
      return [ok(`${name} ${url.origin} answers${secure}`), examineClock(reply)]
    },
    (error: unknown) => unreachable(`${name} ${url.origin} is not reachable`, error),
  )
}

function examineClock({ headers }: Reply): Findings {
  const theirs = Date.parse(headers.date ?? '')
  if (Number.isNaN(theirs)) return undefined
  const seconds = Math.round(Math.abs(Date.now() - theirs) / 1000)
  if (seconds * 1000 <= SKEW_MS) return ok('its clock and the clock of this machine agree')
  return check(
    `its clock and the clock of this machine differ by ${seconds} seconds`,
    "Set this machine's clock by NTP: certificates and lifetimes depend on it.",
  )
}

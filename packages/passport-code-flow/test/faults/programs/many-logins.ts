import http from 'node:http'
import { KINDS, type Kind, type Provider } from '../../attacks/support/kinds.js'
import { createSession, ending, request } from '../../support/bare.js'

/** What this process is asked to do. */
export interface Task {
  name: Kind['name']
  /** The members of a simulator that a strategy is made of. */
  provider: object
  logins: number
  options: object
}

/** How many logins ended how, and the resident megabytes that they took. */
export interface Report {
  endings: Record<string, number>
  atPeak: number
  afterwards: number
}

async function run({ name, provider, logins, options }: Task): Promise<Report> {
  const { starts, parameter, create } = KINDS[name]
  const agent = new http.Agent({ keepAlive: true })
  const strategy = create(provider as Provider, { ...options, agent }, (id: string) => ({ id }))
  /** One login, in a browser of its own. */
  const logIn = async (index: number) => {
    const session = createSession()
    const code = index.toString(16).padStart(32, '0')
    if (starts) await ending(strategy, request('/login', { session }))
    return ending(strategy, request(`/callback?${parameter}=${code}`, { session }))
  }
  await logIn(0)
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  const grown = () => (process.memoryUsage.rss() - before) / 2 ** 20
  const endings: Report['endings'] = {}
  let atPeak = 0
  const sample = () => void (atPeak = Math.max(atPeak, grown()))
  const sampling = setInterval(sample, 5)
  const count = async (_: unknown, index: number) => {
    const end = await logIn(index + 1)
    endings[end] = (endings[end] ?? 0) + 1
    sample()
  }
  await Promise.all(Array.from({ length: logins }, count))
  clearInterval(sampling)
  globalThis.gc?.()
  return { endings, atPeak, afterwards: grown() }
}

process.once('message', async (task: Task) =>
  process.send?.(await run(task), () => process.disconnect()),
)

import http from 'node:http'
import { KINDS, type Kind, type Provider } from '../../attacks/support/kinds.js'
import { createSession, ending, request } from '../../support/bare.js'

/** What this process is asked to do. */
export interface Task {
  name: Kind['name']
  /** The members of a simulator that a strategy is made of. */
  provider: object
  logins: number
  timeout: number
  maxResponseBytes: number
}

/** What it found; sizes are resident bytes. */
export interface Report {
  /** How many logins ended how. */
  endings: Record<string, number>
  before: number
  peak: number
  after: number
}

/** One login, in a browser of its own. */
async function logIn(strategy: object, { name }: Task, index: number): Promise<string> {
  const { starts, parameter } = KINDS[name]
  const session = createSession()
  const code = index.toString(16).padStart(32, '0')
  if (starts) await ending(strategy, request('/login', { session }))
  return ending(strategy, request(`/callback?${parameter}=${code}`, { session }))
}

async function run(task: Task): Promise<Report> {
  const { name, provider, timeout, maxResponseBytes } = task
  const options = { timeout, maxResponseBytes, agent: new http.Agent({ keepAlive: true }) }
  const strategy = KINDS[name].create(provider as Provider, options, (id: string) => ({ id }))
  await logIn(strategy, task, 0)
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const sample = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const sampling = setInterval(sample, 5)
  const endings: Record<string, number> = {}
  const logins = Array.from({ length: task.logins }, async (_, index) => {
    const end = await logIn(strategy, task, index + 1)
    endings[end] = (endings[end] ?? 0) + 1
    sample()
  })
  await Promise.all(logins)
  clearInterval(sampling)
  globalThis.gc?.()
  return { endings, before, peak, after: process.memoryUsage.rss() }
}

process.once('message', (task: Task) => {
  void run(task).then((report) => process.send?.(report, () => process.disconnect()))
})

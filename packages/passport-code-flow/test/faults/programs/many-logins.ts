import http from 'node:http'
import { Strategy as MoneyPools } from '../../../../passport-moneypools/src/index.js'
import { Strategy as MonPay } from '../../../../passport-monpay/src/index.js'
import { Strategy as ZaloPay } from '../../../../passport-zalopay-pkce/src/index.js'
import type { Profile } from '../../../src/index.js'
import { createSession, ending, request } from '../../support/bare.js'

/** What this process is asked to do. */
export interface Task {
  strategy: 'monpay' | 'zalopay' | 'moneypools'
  baseURL: string
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

const CALLBACK = 'https://shop.test/callback'

const verify = (
  _token: string,
  _refresh: string | undefined,
  profile: Profile,
  done: (error: null, user: object) => void,
) => done(null, profile)

function createStrategy({ strategy, baseURL, timeout, maxResponseBytes }: Task): object {
  const agent = new http.Agent({ keepAlive: true })
  const limits = { timeout, maxResponseBytes, agent }
  const given = { clientID: '7', clientSecret: 'secret', callbackURL: CALLBACK, baseURL, ...limits }
  if (strategy === 'monpay') return new MonPay(given, verify)
  if (strategy === 'zalopay')
    return new ZaloPay(
      { ...given, userInfoURL: '/simulated/user-info', launchURL: '/launch' },
      verify,
    )
  return new MoneyPools(given, verify)
}

/** One login, in a browser of its own. */
async function logIn(strategy: object, task: Task, index: number): Promise<string> {
  const session = createSession()
  const code = index.toString(16).padStart(32, '0')
  const parameter = task.strategy === 'moneypools' ? 'auth_key' : 'code'
  if (task.strategy !== 'monpay') await ending(strategy, request('/login', { session }))
  return ending(strategy, request(`/callback?${parameter}=${code}`, { session }))
}

async function run(task: Task): Promise<Report> {
  const strategy = createStrategy(task)
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

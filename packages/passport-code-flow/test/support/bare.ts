import type { LoginRequest } from '../../src/index.js'

/** One of Passport's actions, as a strategy called it. */
export type Result =
  | { action: 'success'; user: unknown; info: Record<string, unknown> }
  | { action: 'fail'; info: Info; status: number }
  | { action: 'redirect'; url: URL }
  | { action: 'error'; error: Error & Record<string, unknown> }

type Info = { code: string; message: string; provider?: Record<string, unknown> }

/** A session as express-session has it; `stored` is what its store holds. */
export interface TestSession extends Record<string, unknown> {
  save(done: (failure?: unknown) => void): void
  stored(): Record<string, unknown>
}

/** A session with a store that is asynchronous, as real ones are, or one that saves in this way. */
export function createSession(save?: (done: (failure?: unknown) => void) => unknown): TestSession {
  let stored = '{}'
  const session = {} as TestSession
  // not enumerable: what is left to see is what a store would hold
  Object.defineProperty(session, 'save', {
    configurable: true,
    writable: true,
    value(done: () => void) {
      stored = JSON.stringify(session)
      setImmediate(done)
    },
    ...(save && { value: save }),
  })
  Object.defineProperty(session, 'stored', { value: () => JSON.parse(stored) })
  return session
}

/** A request as Express hands it on; `path` may have a query, which is parsed as Express does. */
export function request(path: string, more: Partial<LoginRequest> = {}): LoginRequest {
  const url = new URL(path, 'http://app.test')
  const query: Record<string, string | string[]> = {}
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name)
    query[name] = values.length > 1 ? values : (values[0] ?? '')
  }
  return { method: 'GET', url: path, originalUrl: path, headers: {}, query, ...more }
}

/** Runs a strategy as Passport does, and fails unless it calls exactly one action. */
export async function attempt(
  strategy: object,
  req: LoginRequest,
  options?: object,
): Promise<Result> {
  const results: Result[] = []
  const first = await new Promise<Result>((resolve) => {
    const report = (result: Result) => {
      results.push(result)
      resolve(result)
    }
    const run = Object.assign(Object.create(strategy) as object, {
      success: (user: unknown, info: Record<string, unknown>) =>
        report({ action: 'success', user, info }),
      fail: (info: Info, status: number) => report({ action: 'fail', info, status }),
      redirect: (url: string) =>
        report({ action: 'redirect', url: new URL(url, 'http://app.test') }),
      error: (error: Error & Record<string, unknown>) => report({ action: 'error', error }),
    }) as unknown as { authenticate(req: LoginRequest, options?: object): void }
    run.authenticate(req, options)
  })
  await new Promise(setImmediate)
  if (results.length !== 1) throw new Error(`${results.length} actions were called`)
  return first
}

/** Fails unless the login succeeded. */
export async function succeed(...call: Parameters<typeof attempt>) {
  const result = await attempt(...call)
  if (result.action !== 'success')
    throw new Error(
      `no success: ${JSON.stringify(result)} ${'error' in result ? result.error.stack : ''}`,
    )
  return result
}

/** Runs a strategy; gives what it ended with, in short. */
export async function ending(...call: Parameters<typeof attempt>): Promise<string> {
  return endOf(await attempt(...call))
}

/** What a request ended with, in short: `success`, `redirect`, or the code and status. */
export function endOf(result: Result | undefined): string {
  if (result?.action === 'fail') return `fail ${result.info.code} ${result.status}`
  if (result?.action === 'error')
    return `error ${String(result.error['code'])} ${String(result.error['status'])}`
  return result?.action ?? 'nothing'
}

/** Any text with these words, for `toMatchObject` and `toEqual`. */
export const matching = (words: RegExp): unknown => expect.stringMatching(words)

import {
  attempt,
  createSession,
  request,
  type Result,
} from '../../passport-code-flow/test/support/bare.js'
import {
  expectNoSecret,
  recordTrace,
  secretsSeen,
} from '../../passport-code-flow/test/support/oracle.js'
import {
  type MonPayOptions,
  type MonPaySimulator,
  startMonPay,
} from '../../passport-provider-simulators/src/index.js'
import { type LoginRequest, memoryOnce, type Once, type TokenParams } from 'passport-code-flow'
import { type MonPayProfile, Strategy, type StrategyOptions } from '../src/index.js'

/** What verify was called with. */
export interface VerifyArguments {
  accessToken: string
  refreshToken: string | undefined
  params: TokenParams
  profile: MonPayProfile
}

const running: { close(): unknown }[] = []

/** Keeps a server until `closeAll`. */
export function keep<T extends { close(): unknown }>(server: T): T {
  running.push(server)
  return server
}

/** Closes every server of a test. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()))
}

/** A guard that can be made to forget, as one that was restarted. */
export function forgetfulOnce(): { once: Once; forget: () => void } {
  let memory = memoryOnce()
  return {
    once: { claim: (key, ttlMs) => memory.claim(key, ttlMs) },
    forget: () => {
      memory = memoryOnce()
    },
  }
}

/** A MonPay that has registered https://shop.example. */
export async function openMonPay(options: MonPayOptions = {}): Promise<MonPaySimulator> {
  return keep(await startMonPay({ callbackURL: 'https://shop.example', ...options }))
}

/** The options that fit a MonPay. */
export function optionsFor(monpay: MonPaySimulator): StrategyOptions {
  return {
    clientID: monpay.clientID,
    clientSecret: monpay.clientSecret,
    callbackURL: monpay.callbackURL,
    baseURL: monpay.url,
    timeout: 5000,
  }
}

/** A strategy and its MonPay; every visit is searched for secrets. */
export async function open(options: Partial<StrategyOptions> = {}, provider: MonPayOptions = {}) {
  const monpay = await openMonPay(provider)
  const verified: VerifyArguments[] = []
  const strategy = new Strategy(
    { ...optionsFor(monpay), ...options },
    (accessToken, refreshToken, params, profile, done) => {
      verified.push({ accessToken, refreshToken, params, profile })
      done(null, { id: profile?.id })
    },
  )

  async function visit(req: LoginRequest, settings?: object): Promise<Result> {
    const trace = recordTrace()
    const session = createSession()
    const result = await attempt(strategy, { session, sessionID: 's', ...req }, settings)
    trace.stop()
    expect(trace.events).not.toEqual([])
    const code = new URLSearchParams(req.url?.split('?')[1]).get('code') ?? ''
    const secrets = [...secretsSeen(monpay), ...(code.length >= 8 ? [code] : [])]
    expectNoSecret(secrets, result, strategy, trace.events)
    // a login that MonPay starts leaves nothing in the session
    expect([{ ...session }, session.stored()]).toEqual([{}, {}])
    return result
  }

  return {
    monpay,
    strategy,
    verified,
    visit,
    /** Opens the registered URL with this code, or with a fresh one. */
    login: (code = monpay.issueCode()) => visit(request(`/?code=${encodeURIComponent(code)}`)),
  }
}

/** A login that succeeds, and what verify got. */
export async function logIn(...how: Parameters<typeof open>): Promise<VerifyArguments> {
  const { login, verified } = await open(...how)
  expect(describe(await login())).toBe('success')
  const [arguments_] = verified
  if (verified.length !== 1 || !arguments_) throw new Error(`verify ran ${verified.length} times`)
  return arguments_
}

/** A result in short: `success`, or the code and status of `fail` or `error`. */
export function describe(result: Result): string {
  if (result.action === 'fail') return `fail ${result.info.code} ${result.status}`
  if (result.action === 'error')
    return `error ${String(result.error['code'])} ${String(result.error['status'])}`
  return result.action
}

/** The paths that MonPay was asked for, in order. */
export function asked(monpay: MonPaySimulator): string[] {
  return monpay.requests.map(({ method, path }) => `${method} ${path}`)
}

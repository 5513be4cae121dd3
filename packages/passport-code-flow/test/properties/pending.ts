import * as fc from 'fast-check'
import { LoginStopped } from '../../src/errors.js'
import { type PendingLogin, PendingLogins } from '../../src/login/pending.js'
import { randomText } from '../../src/pkce.js'
import type { Settings } from '../../src/settings.js'
import { Steps } from '../../src/steps.js'
import { hostileValue, type Law, withClock } from './hostile.js'

const KEY = 'passport-code-flow:acme'

type Step =
  | { act: 'start' }
  | { act: 'find newest' }
  | { act: 'store' }
  | { act: 'find'; which: number }
  | { act: 'give up'; which: number }
  | { act: 'refuse'; which: number }
  | { act: 'wait'; ms: number }
  | { act: 'spoil'; value: unknown }

const which = fc.nat(8)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Step>({ act: 'start' }, { act: 'find newest' }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('find' as const), which }) },
  fc.record({ act: fc.constant('give up' as const), which }),
  { weight: 2, arbitrary: fc.record({ act: fc.constant('refuse' as const), which }) },
  fc.record({ act: fc.constant('wait' as const), ms: fc.integer({ min: -50_000, max: 900_000 }) }),
  fc.constant<Step>({ act: 'store' }),
  fc.record({ act: fc.constant('spoil' as const), value: hostileValue }),
)

interface Known {
  id: string
  createdAt: number
  refused: number
  gone: boolean
}

/** What a session did, and what it must be like by the plainest account of the same steps. */
class Model {
  session: Record<string, unknown> = {}
  started: Known[] = []

  constructor(
    readonly limits: { maxPending: number; pendingTTL: number },
    readonly clock: { now: number },
  ) {}

  private get logins(): PendingLogins {
    const provider = { pkce: 'raw' }
    const settings = { ...this.limits, provider, sessionKey: KEY, timeout: 1000 }
    return new PendingLogins(
      { headers: {}, session: this.session },
      new Steps(settings as Settings, 'start'),
    )
  }

  /** Does a step; false when what it gave was wrong. */
  run(step: Step): boolean {
    const { session, clock } = this
    if (step.act === 'wait') clock.now += step.ms
    else if (step.act === 'start') this.start()
    else if (step.act === 'store') this.session = JSON.parse(JSON.stringify(session))
    else if (step.act === 'spoil') this.spoil(step.value)
    else if (step.act === 'find newest') return this.find(undefined)
    else if (step.act === 'find') return this.find(this.known(step.which)?.id ?? 'unknown')
    else this.end(step.act, this.known(step.which))
    return step.act !== 'start' || this.stored().length <= this.limits.maxPending
  }

  /** The logins that a callback may be given. */
  usable(): Known[] {
    const { clock, limits } = this
    return this.started.filter(({ createdAt, refused, gone }) => {
      const age = clock.now - createdAt
      return !gone && refused < 5 && age <= limits.pendingTTL && age >= -30_000
    })
  }

  newest(): PendingLogin {
    return this.logins.find(undefined)
  }

  private stored(): unknown[] {
    const stored = this.session[KEY]
    return Array.isArray(stored) ? stored : []
  }

  private known(back: number): Known | undefined {
    return this.started.at(-1 - back)
  }

  private start(): void {
    const login = { id: randomText(16), verifier: randomText(32), createdAt: this.clock.now }
    this.logins.add(login)
    this.started.push({ ...login, refused: 0, gone: false })
    this.started = this.started.slice(-this.limits.maxPending)
  }

  /** A store that loses the value, or gives back something else among its parts. */
  private spoil(value: unknown): void {
    if (Array.isArray(this.session[KEY])) this.session[KEY] = [value, ...this.stored()]
    else this.session[KEY] = value
  }

  private end(act: 'give up' | 'refuse', login: Known | undefined): void {
    if (!login) return
    if (act === 'give up') this.logins.remove(login.id)
    else this.logins.countRefusal(login.id)
    if (act === 'give up') login.gone = true
    else login.refused++
  }

  /** True when the login found is one that may be, and the newest of those where none was named. */
  private find(id: string | undefined): boolean {
    let found: PendingLogin
    try {
      found = this.logins.find(id)
    } catch (failure) {
      if (!(failure instanceof LoginStopped)) return false
      if (failure.code === 'pending_expired')
        return this.started.length > 0 || this.stored().length > 0
      return failure.code === 'no_pending_login'
    }
    return this.usable().some((one) => one.id === found.id && (id === undefined || one.id === id))
  }
}

const limits = fc.record({
  maxPending: fc.integer({ min: 1, max: 6 }),
  pendingTTL: fc.constantFrom(1, 1000, 600_000),
})

export const pendingLaws: Law[] = [
  {
    name: 'a pending login is found while it is fresh, kept and not used up, and never otherwise',
    property: fc.property(limits, fc.array(anyStep, { maxLength: 20 }), (given, steps) =>
      withClock((clock) => {
        const model = new Model(given, clock)
        return steps.every((one) => model.run(one))
      }),
    ),
  },
  {
    name: 'the newest login of a session that nothing has spoilt is always found',
    property: fc.property(limits, fc.array(anyStep, { maxLength: 20 }), (given, steps) =>
      withClock((clock) => {
        const model = new Model(given, clock)
        const honest = steps.filter(({ act }) => act !== 'spoil')
        if (!honest.every((one) => model.run(one))) return false
        model.run({ act: 'start' })
        const newest = model.usable().at(-1)?.id
        return model.newest().id === newest
      }),
    ),
  },
]

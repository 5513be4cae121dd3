import * as fc from 'fast-check'
import { LoginStopped } from '../../src/errors.js'
import { type PendingLogin, PendingLogins } from '../../src/login/pending.js'
import { randomText } from '../../src/pkce.js'
import type { Settings } from '../../src/settings.js'
import { Steps } from '../../src/steps.js'
import { hostileValue, type Law, withClock } from './hostile.js'

const KEY = 'passport-code-flow:acme'

type Act = 'start' | 'find newest' | 'find' | 'give up' | 'refuse' | 'wait' | 'store' | 'spoil'
/** What is done, and to which login, counted back from the newest, for how long, or with what. */
type Step = [act: Act, value: unknown]

const nothing: fc.Arbitrary<unknown> = fc.constant(undefined)
const step = (weight: number, act: Act, value = nothing) => ({
  weight,
  arbitrary: fc.tuple(fc.constant(act), value),
})
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  step(2, 'start'),
  step(2, 'find newest'),
  step(3, 'find', fc.nat(8)),
  step(1, 'give up', fc.nat(8)),
  step(2, 'refuse', fc.nat(8)),
  step(1, 'wait', fc.integer({ min: -50_000, max: 900_000 })),
  step(1, 'store'),
  step(1, 'spoil', hostileValue),
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

  /** Does a step; false when what it gave was wrong. */
  run([act, value]: Step): boolean {
    const login = typeof value === 'number' ? this.started.at(-1 - value) : undefined
    if (act === 'start') return this.start()
    if (act === 'find newest') return this.find(undefined)
    if (act === 'find') return this.find(login?.id ?? 'unknown')
    if (act === 'wait') this.clock.now += Number(value)
    if (act === 'store') this.session = JSON.parse(JSON.stringify(this.session))
    // a store that loses the value, or gives back something else among its parts
    if (act === 'spoil')
      this.session[KEY] = Array.isArray(this.session[KEY]) ? [value, ...this.stored()] : value
    if (act === 'give up' && login) {
      this.logins.remove(login.id)
      login.gone = true
    }
    if (act === 'refuse' && login) {
      this.logins.countRefusal(login.id)
      login.refused++
    }
    return true
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

  private get logins(): PendingLogins {
    const provider = { pkce: 'raw' }
    const settings = { ...this.limits, provider, sessionKey: KEY, timeout: 1000 }
    const steps = new Steps(settings as Settings, 'start')
    return new PendingLogins({ headers: {}, session: this.session }, steps)
  }

  private stored(): unknown[] {
    const stored = this.session[KEY]
    return Array.isArray(stored) ? stored : []
  }

  private start(): boolean {
    const { maxPending } = this.limits
    const login = { id: randomText(16), verifier: randomText(32), createdAt: this.clock.now }
    this.logins.add(login)
    this.started = [...this.started, { ...login, refused: 0, gone: false }].slice(-maxPending)
    return this.stored().length <= maxPending
  }

  /** True when the login found is one that may be, and the newest of those where none was named. */
  private find(id: string | undefined): boolean {
    try {
      const found = this.logins.find(id)
      return this.usable().some((one) => one.id === found.id && (id === undefined || one.id === id))
    } catch (failure) {
      if (!(failure instanceof LoginStopped)) return false
      if (failure.code !== 'pending_expired') return failure.code === 'no_pending_login'
      return this.started.length > 0 || this.stored().length > 0
    }
  }
}

const limits = fc.record({
  maxPending: fc.integer({ min: 1, max: 6 }),
  pendingTTL: fc.constantFrom(1, 1000, 600_000),
})

/** What must be so after any steps of a new session. */
const afterSteps = (isRight: (model: Model, steps: Step[]) => boolean) =>
  fc.property(limits, fc.array(anyStep, { maxLength: 20 }), (given, steps) =>
    withClock((clock) => isRight(new Model(given, clock), steps)),
  )

export const pendingLaws: Law[] = [
  {
    name: 'a pending login is found while it is fresh, kept and not used up, and never otherwise',
    property: afterSteps((model, steps) => steps.every((one) => model.run(one))),
  },
  {
    name: 'the newest login of a session that nothing has spoilt is always found',
    property: afterSteps((model, steps) => {
      const honest = steps.filter(([act]) => act !== 'spoil')
      if (!honest.every((one) => model.run(one))) return false
      model.run(['start', undefined])
      return model.newest().id === model.usable().at(-1)?.id
    }),
  },
]

import { PROVIDER_NAMES, type ProviderName } from '../../src/settings'
import { findBroken } from './support/invariants'
import { describeMany } from './support/many'
import type { Person } from './support/people'
import type { SiteProcess } from './support/site-process'
import type { Topology } from './support/topology'

/** Stops a login at a step; fulfilled when the login is there. */
type Stop = (topology: Topology, name: ProviderName) => Promise<unknown>

type What = 'command' | 'answer'

const sql = (pattern: RegExp, what: What = 'command'): Stop => {
  return ({ sqlWire }) => sqlWire.holdAt(pattern, what)
}

const redis = (pattern: RegExp, what: What = 'command'): Stop => {
  return ({ redisWire }) => redisWire.holdAt(pattern, what)
}

/** The provider accepts the request and does not answer. */
const silence = (endpoint: 'token' | 'profile'): Stop => {
  return async ({ providers }, name) => {
    const { requests } = providers[name]
    const seen = requests.length
    providers[name].misbehave('silence', endpoint)
    while (!requests.slice(seen).some((one) => one.endpoint === endpoint))
      await new Promise(setImmediate)
    providers[name].misbehave(undefined)
  }
}

const CLAIM = /^SET passport-code-flow:/

/** Where the process of a callback can end, in order, and how the same callback ends afterwards. */
const STEPS: [step: string, stop: Stop, ending: keyof typeof ENDINGS][] = [
  ['the callback is read and its code not yet claimed', redis(CLAIM), 'repeatable'],
  ['the code is claimed', redis(CLAIM, 'answer'), 'spent'],
  ['the token is asked for', silence('token'), 'spent'],
  ['the profile is asked for', silence('profile'), 'spent'],
  ['the account is looked for', sql(/^select .* from "users"/), 'spent'],
  ['the user is written and the identity is not', sql(/^insert into "identities"/), 'spent'],
  ['the account is written and not committed', sql(/^commit/), 'spent'],
  ['the account is committed', sql(/^commit/, 'answer'), 'spent'],
  ['the row of browsers is written', sql(/^insert into "browsers"/, 'answer'), 'spent'],
  ['the old session is removed', redis(/^DEL session:/, 'answer'), 'moved'],
  ['the new session is not yet saved', redis(/^SET session:/), 'moved'],
  ['the new session is saved', redis(/^SET session:/, 'answer'), 'moved'],
]

/** How the same callback ends at another process: at a page, or with the code of a failure. */
const ENDINGS = {
  repeatable: () => '/account',
  spent: () => 'code_already_used',
  // the session with the pending login is gone; a MonPay login has none
  moved: (name: ProviderName) => (name === 'monpay' ? 'code_already_used' : 'no_pending_login'),
}

describeMany('a process is killed while', { processes: 2 }, (many) => {
  let number = 0
  let person: Person
  let victim: SiteProcess
  let survivor: string

  beforeEach(() => {
    number += 1
    person = many().person(number)
    const [first, second] = many().running
    if (!first || !second) throw new Error('two processes are needed')
    victim = first
    survivor = second.url
  })

  /** Kills the process when a request is at a step; another process is started in its place. */
  async function killAt(reached: Promise<unknown>, request: Promise<unknown>): Promise<void> {
    // it listens at once: the process ends before anything awaits it
    const lost = request.then(
      () => undefined,
      (error: unknown) => error,
    )
    await reached
    await victim.stop('SIGKILL')
    many().forget(victim)
    await many().add()
    expect(await lost).toMatchObject({ message: 'fetch failed' })
    expect(await person.account(survivor)).toBeUndefined()
  }

  /** The person can log in again, has one account, and the data is consistent. */
  async function expectWhole(name: ProviderName): Promise<void> {
    const { front, sql: database } = many()
    const answer = await person.logIn(name, front.url)
    expect(answer).toMatchObject({ status: 303, location: '/account' })
    expect(await person.account(front.url)).toContain(person.name)
    expect(await findBroken(many())).toEqual([])
    const { rows } = await database.query(
      `SELECT count(*)::int AS accounts FROM identities
       WHERE provider = $1 AND subject IN ($2, 'person-' || $2)`,
      [name, String(number)],
    )
    expect(rows).toEqual([{ accounts: 1 }])
  }

  it.each(['zalopay', 'moneypools'] as const)(
    'a login with %s starts: the login is lost, and a new one works',
    async (name) => {
      await person.visit(victim.url)
      const reached = redis(/^SET session:.*createdAt/)(many(), name)
      await killAt(reached, person.submit(victim.url, '/', `/auth/${name}`))
      await expectWhole(name)
    },
  )

  for (const [step, stop, ending] of STEPS) {
    const rest = ending === 'repeatable' ? 'the same callback works elsewhere' : 'a new login works'
    // before a MonPay login there is no session
    const without = step === 'the old session is removed' ? 'monpay' : undefined
    const names = PROVIDER_NAMES.filter((name) => name !== without)
    it.each(names)(`${step}, with %s: nobody is half logged in, and ${rest}`, async (name) => {
      const callback = await person.start(name, victim.url)
      await killAt(stop(many(), name), person.finish(victim.url, callback))
      const again = await person.finish(survivor, callback)
      const code = /data-code="(\w+)"/.exec(again.text)?.[1]
      expect(again.location || code).toBe(ENDINGS[ending](name))
      const account = await person.account(survivor)
      expect(account !== undefined).toBe(ending === 'repeatable')
      if (account) await person.submit(survivor, '/account', '/logout')
      await expectWhole(name)
    })
  }
})

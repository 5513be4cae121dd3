import type { ProviderName } from '../../src/settings'
import { findBroken } from './support/invariants'
import { describeMany } from './support/many'
import { start, Browser, finish, logIn, nameOf, type Page } from './support/people'
import type { SiteProcess } from './support/site-process'
import type { Topology } from './support/topology'

/** Stops a login at a step; fulfilled when the login is there. */
type Stop = (topology: Topology, name: ProviderName) => Promise<unknown>

const sql =
  (pattern: RegExp, what: 'command' | 'answer' = 'command'): Stop =>
  ({ sqlWire }) =>
    sqlWire.holdAt(pattern, what).reached
const redis =
  (pattern: RegExp, what: 'command' | 'answer' = 'command'): Stop =>
  ({ redisWire }) =>
    redisWire.holdAt(pattern, what).reached

/** The provider accepts the request and does not answer. */
const silence =
  (endpoint: 'token' | 'profile'): Stop =>
  async ({ providers }, name) => {
    const { requests } = providers[name]
    const seen = requests.length
    providers[name].misbehave('silence', endpoint)
    while (!requests.slice(seen).some((one) => one.endpoint === endpoint)) {
      await new Promise(setImmediate)
    }
    providers[name].misbehave(undefined)
  }

/** Where the process of a callback can end, in order, and how the same callback ends afterwards. */
const STEPS: [string, Stop, keyof typeof ENDINGS][] = [
  [
    'the callback is read and its code not yet claimed',
    redis(/^SET passport-code-flow:/),
    'repeatable',
  ],
  ['the code is claimed', redis(/^SET passport-code-flow:/, 'answer'), 'spent'],
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

function failureOn({ text }: Page): string | undefined {
  return /data-code="(\w+)"/.exec(text)?.[1]
}

/** The error of a promise. It listens at once: the process ends before anything awaits it. */
function failing(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

let person = 0

describeMany('a process is killed while', { processes: 2 }, (many) => {
  /** Ends a process and starts another in its place. */
  async function replace(victim: SiteProcess): Promise<void> {
    await victim.kill()
    many().forget(victim)
    await many().add()
  }

  function pair(): [SiteProcess, SiteProcess] {
    const [victim, survivor] = many().running
    if (!victim || !survivor) throw new Error('two processes are needed')
    return [victim, survivor]
  }

  /** The person can log in again, has one account, and the data is consistent. */
  async function expectWhole(name: ProviderName, browser: Browser): Promise<void> {
    const { front, providers, sql: database } = many()
    expect(await logIn(name, browser, front.url, providers, person)).toMatchObject({
      status: 303,
      location: '/account',
    })
    expect(await browser.account(front.url)).toContain(nameOf(person))
    expect(await findBroken(many())).toEqual([])
    const { rows } = await database.query(
      `SELECT count(*)::int AS accounts FROM identities
       WHERE provider = $1 AND subject IN ($2, 'person-' || $2)`,
      [name, String(person)],
    )
    expect(rows).toEqual([{ accounts: 1 }])
  }

  for (const name of ['zalopay', 'moneypools'] as const) {
    it(`a login with ${name} starts: the login is lost, and a new one works`, async () => {
      person += 1
      const [victim, survivor] = pair()
      const browser = new Browser()
      await browser.visit(victim.url)
      const reached = redis(/^SET session:.*createdAt/)(many(), name)
      const started = browser.submit(victim.url, '/', `/auth/${name}`)
      const lost = failing(started)
      await reached
      await replace(victim)
      expect(await lost).toMatchObject({ message: 'fetch failed' })
      expect(await browser.account(survivor.url)).toBeUndefined()
      await expectWhole(name, browser)
    })
  }

  for (const [step, stop, codeIs] of STEPS) {
    const rest = codeIs === 'repeatable' ? 'the same callback works elsewhere' : 'a new login works'
    const names = ['monpay', 'zalopay', 'moneypools'] as const
    // before a MonPay login there is no session
    const having = names.filter(
      (name) => name !== 'monpay' || step !== 'the old session is removed',
    )
    it.each(having)(`${step}, with %s: nobody is half logged in, and ${rest}`, async (name) => {
      person += 1
      const { providers } = many()
      const [victim, survivor] = pair()
      const browser = new Browser()
      const callback = await start(name, browser, victim.url, providers, person)
      const reached = stop(many(), name)
      const lost = failing(finish(browser, victim.url, callback))
      await reached
      await replace(victim)
      expect(await lost).toMatchObject({ message: 'fetch failed' })
      expect(await browser.account(survivor.url)).toBeUndefined()
      const again = await finish(browser, survivor.url, callback)
      expect(again.location || failureOn(again)).toBe(ENDINGS[codeIs](name))
      const account = await browser.account(survivor.url)
      expect(account !== undefined).toBe(codeIs === 'repeatable')
      if (account) await browser.submit(survivor.url, '/account', '/logout')
      await expectWhole(name, browser)
    })
  }
})

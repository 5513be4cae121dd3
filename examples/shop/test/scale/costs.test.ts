import { PROVIDER_NAMES as NAMES } from '../../src/settings'
import { describeMany } from './support/many'

// the start page makes the CSRF token
const START = ['SET session', 'GET session', 'EVALSHA limit', 'SET session', 'EXPIRE session']
const CLAIM = 'SET passport-code-flow'
// Passport makes a new session and saves it, the site saves what it adds, express-session once more
const NEW_SESSION = ['DEL session', 'SET session', 'SET session', 'SET session']

/** The Redis commands of a login, in order: before the provider, and after it. */
const REDIS = {
  monpay: [[], ['EVALSHA limit', 'EVALSHA limit', CLAIM, ...NEW_SESSION]],
  zalopay: [START, ['GET session', CLAIM, ...NEW_SESSION]],
  moneypools: [START, ['GET session', CLAIM, ...NEW_SESSION]],
}

const KNOWN_PERSON = ['select "users"', 'update "identities"', 'insert "browsers"']
const INSERTS = ['begin', 'insert "users"', 'insert "identities"', 'commit', 'insert "browsers"']
const NEW_PERSON = ['select "users"', 'select "users"', ...INSERTS]
const ACCOUNT = ['select "browsers"', 'select "identities"', 'select "users"']

/** `SET session` of `SET session:abc {…}`. */
function nameCommand(command: string): string {
  const [verb, ...words] = command.split(' ')
  const key = verb === 'EVALSHA' ? words[2] : words[0]
  return `${verb} ${key?.split(':', 1)[0]}`
}

/** `insert "users"` of `insert into "users" (…`. */
function nameStatement(statement: string): string {
  const [verb = ''] = statement.split(' ')
  const table = /"\w+"/.exec(statement)?.[0]
  return table ? `${verb} ${table}` : verb
}

/** A command's verb and how many keys it names. */
function countKeys([verb = '', ...words]: string[]): [string, number] {
  if (verb === 'DEL') return [verb, words.length]
  if (verb === 'EVALSHA') return [verb, Number(words[1])]
  return [verb, ['GET', 'SET', 'EXPIRE'].includes(verb) ? 1 : Number.NaN]
}

/** The commands that a store has got since the last call. */
function follow(sent: readonly string[]) {
  let seen = sent.length
  return () => {
    const news = sent.slice(seen)
    seen = sent.length
    return news
  }
}

describeMany('two processes', { processes: 2 }, (many) => {
  beforeAll(async () => {
    // what happens once in each process
    for (const { url } of many().running) await many().person(100).logIn('monpay', url)
  })

  it.each(NAMES)('send their stores for a login with %s what the manual says', async (name) => {
    const { front, redisWire, sqlWire } = many()
    const commands = follow(redisWire.sent)
    const statements = follow(sqlWire.sent)
    for (const expected of [NEW_PERSON, KNOWN_PERSON]) {
      const person = many().person(1)
      const callback = await person.start(name, front.url)
      expect(commands().map(nameCommand)).toEqual(REDIS[name][0])
      expect(statements()).toEqual([])
      const { path, form } = callback
      // not `finish`: it opens one page more
      expect((await person.visit(front.url + path, form)).status).toBe(303)
      expect(commands().map(nameCommand)).toEqual(REDIS[name][1])
      expect(statements().map(nameStatement)).toEqual(expected)
      await person.account(front.url)
      expect(commands().map(nameCommand)).toContain('GET session')
      expect(statements().map(nameStatement).sort()).toEqual(ACCOUNT)
    }
  })

  it('send Redis only commands with one key, so that any cluster can hold them', () => {
    const commands = many().redisWire.sent.map((command) => command.split(' '))
    const withKeys = commands.filter(([verb = '']) => !/^(CLIENT|SCRIPT|HELLO|PING)$/.test(verb))
    expect(withKeys.length).toBeGreaterThan(0)
    for (const command of withKeys) expect(countKeys(command)).toEqual([command[0], 1])
  })

  it('use nothing of a PostgreSQL connection that is lost when a pooler takes it away', () => {
    const statements = many().sqlWire.sent
    expect(statements.length).toBeGreaterThan(0)
    const held = /^(?:prepare|listen|set|declare)\b|pg_advisory_lock|create temp/i
    expect(statements.filter((statement) => held.test(statement))).toEqual([])
  })

  it('keep a few hundred bytes for a login that waits, for a session and for a used code', async () => {
    const { front, keys } = many()
    const inRedis: number[] = []

    /** Bytes of JSON of the only session, and of the pending login in it. */
    async function measure() {
      const [key = ''] = await keys.keys('session:*')
      const session = (await keys.get(key)) ?? ''
      inRedis.push((await keys.memoryUsage(key)) ?? 0)
      const pending = /"passport-code-flow:\w+:[\w-]{8}":\[(.*)\]/.exec(session)?.[1] ?? ''
      return { session: session.length, pending: pending.length }
    }
    for (const [name, session, pending] of [
      ['zalopay', 597, 152],
      ['moneypools', 543, 95],
    ] as const) {
      await keys.flushDb()
      const person = many().person(2)
      const callback = await person.start(name, front.url)
      expect(await measure()).toEqual({ session, pending })
      await person.finish(front.url, callback)
      expect(await measure()).toEqual({ session: 223, pending: 0 })
    }
    const [used = ''] = await keys.keys('passport-code-flow:*')
    inRedis.push((await keys.memoryUsage(used)) ?? 0)
    expect(Math.min(...inRedis)).toBeGreaterThan(0)
    expect(Math.max(...inRedis)).toBeLessThan(1024)
  })
})

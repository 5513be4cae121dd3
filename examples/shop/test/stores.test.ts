import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import LibSql from 'libsql'
import { createClient } from 'redis'
import request from 'supertest'
import { findOrCreateUser, findUser, listIdentities } from '../src/account/accounts'
import { createApp, type App } from '../src/app'
import type { Config } from '../src/settings'
import { openDatabase } from '../src/storage/database'
import {
  createDatabase,
  describeWith,
  type Service,
  startPostgres,
  startRedis,
} from '../../../packages/passport-code-flow/test/support/services'
import { closeAll, keep } from '../../../test/keep'
import { startSite, type TestSite } from './support/site'
import { cookieOf, Visitor } from './support/visitor'

/** Names that databases treat differently, and how each is stored where that is not the same. */
const ODD_NAMES: [given: string, stored?: string][] = [
  ['NUL \0 inside', 'NUL  inside'],
  ['half \ud83d a letter', 'half \ufffd a letter'],
  ['\udc00', '\ufffd'],
  ['family 👨\u200d👩\u200d👧, 𠮷'],
  ['Nguye\u0302\u0303n'],
  ['\u202eright to left'],
  ['\ufeffmark \uffff \u{10ffff}'],
  ['Robert\'); DROP TABLE users; -- \\ " % _'],
  ['𓀀'.repeat(2000)],
]

const STORED_NAMES = ODD_NAMES.map(([given, stored]) => stored ?? given)

/** Stores a person with each name; returns the names that the database then has. */
async function keepOddNames(changes: Partial<Config>): Promise<string[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'shop-names-'))
  await keep({ close: () => rmSync(dataDir, { recursive: true, force: true }) })
  const database = await keep(openDatabase({ ...changes, file: path.join(dataDir, 'names.db') }))
  const kept: string[] = []
  for (const [subject, [displayName]] of ODD_NAMES.entries()) {
    const person = { provider: 'monpay', site: 'any', subject: String(subject), displayName }
    const { id } = await findOrCreateUser(database.db, { ...person, email: displayName })
    const user = await findUser(database.db, person)
    const [identity] = await listIdentities(database.db, id)
    expect([user?.display_name, identity?.email]).toEqual(Array(2).fill(identity?.display_name))
    kept.push(identity?.display_name ?? '')
  }
  return kept
}

/** One site twice, as in two processes, with the same databases and the same simulators. */
let sites: [TestSite, App]

afterEach(closeAll)

async function startTwo(changes: Partial<Config>): Promise<void> {
  const first = await keep(startSite(changes))
  sites = [first, await keep(createApp({ ...first.config, logLevel: 'silent' }))]
}

let servers: { postgres: Service; redis: Service }

async function postgres(): Promise<Partial<Config>> {
  const { url } = await keep(createDatabase(servers.postgres.url))
  return { databaseURL: url }
}

async function redis(): Promise<Partial<Config>> {
  const { url } = servers.redis
  const client = await createClient({ url }).connect()
  await keep({ close: () => client.flushDb().then(() => client.destroy()) })
  return { redisURL: url }
}

const topologies: [string, () => Promise<Partial<Config>>][] = [
  ['PostgreSQL', postgres],
  ['PostgreSQL and Redis', async () => ({ ...(await postgres()), ...(await redis()) })],
]

describeWith(['PostgreSQL', 'Redis'], 'shared databases', () => {
  beforeAll(async () => {
    servers = { postgres: await startPostgres(), redis: await startRedis() }
  })

  afterAll(async () => {
    await servers.postgres.close()
    await servers.redis.close()
  })

  it('opens no more connections to PostgreSQL than it may', async () => {
    const options = { ...(await postgres()), databaseConnections: 2, file: '' }
    const database = await keep(openDatabase(options))
    const sleep = () => database.pool!.query('SELECT pg_sleep(0.05)')
    await Promise.all(Array.from({ length: 5 }, sleep))
    expect(database.pool!.totalCount).toBe(2)
  })

  // what else two processes share: the tests in scale
  it.each(topologies)(
    'A29 exchanges a code once, whichever process gets it, on %s',
    async (_name, prepare) => {
      await startTwo(await prepare())
      const [first, second] = sites
      const code = first.simulators.monpay.issueCode()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          request(sites[index % 2]?.app ?? second.app).get(`/auth/monpay?code=${code}`),
        ),
      )
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      const { requests } = first.simulators.monpay
      expect(requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
    },
  )

  it('keeps unusual names in PostgreSQL as in the embedded database', async () => {
    expect(await keepOddNames(await postgres())).toEqual(STORED_NAMES)
  })

  it('counts junk codes of all processes together in Redis', async () => {
    await startTwo(await redis())
    const [first, second] = sites
    for (let sent = 0; sent < 10; sent += 1) {
      const { app } = sent % 2 ? first : second
      await request(app).get(`/auth/monpay?code=junk${sent}`).expect(401)
    }
    await request(first.app).get('/auth/monpay?code=junk10').expect(429)
    await request(second.app).get('/auth/monpay?code=junk10').expect(429)
  })
})

it('keeps unusual names in the embedded database', async () => {
  expect(await keepOddNames({})).toEqual(STORED_NAMES)
})

it('makes one account of first logins at the same time in the embedded database', async () => {
  const site = await keep(startSite())
  const visitors = Array.from({ length: 8 }, () => site.visitor())
  const answers = await Promise.all(visitors.map((visitor) => visitor.openFromMonPay()))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 303))
  const text = await visitors[0]?.account()
  expect(text?.match(/Logged in with MonPay/g)).toHaveLength(8)
})

it('leaves one login when two are unlinked at the same time', async () => {
  const visitor = await (await keep(startSite())).zaloPayVisitor()
  await visitor.linkMoneyPools()
  const ids = await visitor.listed('identity')
  const csrf = await visitor.token('/account')
  await Promise.all(ids.map((identity) => visitor.post('/account/unlink', { csrf, identity })))
  expect(await visitor.account()).toContain('This is the only way')
})

it('keeps accounts and logins over a restart with the embedded database', async () => {
  const site = await keep(startSite())
  const cookie = cookieOf(await site.visitor().loginWithZaloPay())
  const restarted = await keep(createApp({ ...site.config, logLevel: 'silent' }))
  const { text } = await request(restarted.app).get('/account').set('Cookie', cookie).expect(200)
  expect(text).toContain('Nguyễn Thị Hồng')
})

/** Changes the embedded database of a site. */
function runSQL({ config }: TestSite, statements: string): void {
  const file = new LibSql(path.join(config.dataDir, 'demo.db'))
  file.exec(statements)
  file.close()
}

it('logs a browser out 30 days after its login', async () => {
  const site = await keep(startSite())
  const visitor = await site.zaloPayVisitor()
  const setDay = (days: number) =>
    runSQL(
      site,
      `update browsers set created_at = '${new Date(Date.now() - days * 86_400_000).toISOString()}'`,
    )
  setDay(29.9)
  await visitor.get('/account').expect(200)
  setDay(30)
  await visitor.get('/account').expect(303)
})

it('B25 a login whose identity is unlinked while it runs opens an account of its own', async () => {
  const site = await keep(startSite())
  const phone = await site.zaloPayVisitor()
  await phone.linkMoneyPools()
  // as an unlink that comes between two statements of the login
  const unlink = "begin delete from identities where provider = 'moneypools'; end"
  runSQL(site, `create trigger unlink after update of last_login_at on identities ${unlink}`)
  const laptop = site.visitor()
  expect((await laptop.loginWithMoneyPools()).headers['location']).toBe('/account')
  expect(await laptop.account()).toContain('<h1>Мария Иванова</h1>')
  expect(await phone.account()).toContain('<h1>Nguyễn Thị Hồng</h1>')
  expect(await phone.listed('identity')).toEqual([])
})

it('knows by which identity a browser of an older database has logged in', async () => {
  const site = await keep(startSite())
  const phone = await site.zaloPayVisitor()
  await phone.linkMoneyPools()
  const cookie = cookieOf(await site.visitor().loginWithMoneyPools())
  runSQL(
    site,
    `create table older as
      select id, user_id, provider, device, created_at, last_seen_at from browsers;
    drop table browsers; alter table older rename to browsers;
    delete from kysely_migration where name = '002-browsers-of-identities'`,
  )
  const { app } = await keep(createApp({ ...site.config, logLevel: 'silent' }))
  const updated = new Visitor(app, site.simulators, { Cookie: cookie })
  await updated.get('/account').expect(200)
  const [, moneypools] = await phone.listed('identity')
  await phone.unlink(moneypools)
  await updated.get('/account').expect(303)
})

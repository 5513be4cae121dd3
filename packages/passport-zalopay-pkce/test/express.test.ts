import supertest from 'supertest'
import { startZaloPay, type ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { openShop, type Shop } from './support/shop'

let simulator: ZaloPaySimulator
let shop: Shop

beforeAll(async () => {
  simulator = await startZaloPay()
  shop = await openShop(simulator, {
    routes(app, strategy) {
      app.post('/api/challenge', (req, res, next) => {
        const challenge = strategy.createChallenge(req, { returnTo: '/from-json' })
        challenge.then((made) => res.json(made), next)
      })
    },
  })
})

beforeEach(() => simulator.reset())

afterAll(() => Promise.all([simulator.close(), shop.close()]))

const CALLBACK = '/auth/zalopay/callback'

/** A browser that has started a login: what the launch page would post. */
async function start(path = '/auth/zalopay') {
  const browser = supertest.agent(shop.url)
  const { headers, status } = await browser.post(path)
  expect(status).toBe(302)
  const [cookie = ''] = String(headers['set-cookie']).split(';')
  const { searchParams } = new URL(headers['location'] ?? '')
  const codeChallenge = searchParams.get('codeChallenge') ?? ''
  const login = searchParams.get('login') ?? ''
  return { browser, cookie, login, code: simulator.issueCode({ codeChallenge }) }
}

it('C1 a login by form', async () => {
  const { browser, code, login } = await start('/auth/zalopay?returnTo=/cart')
  const back = await browser.post(CALLBACK).type('form').send({ code, login })
  expect([back.status, back.headers['location']]).toEqual([303, '/cart'])
  expect((await browser.get('/account')).text).toBe('<h1>Nguyễn Thị Hồng</h1>')
})

it('C1 a login by JSON, from an application that made its own page of createChallenge', async () => {
  const browser = supertest.agent(shop.url)
  const { body } = await browser.post('/api/challenge')
  const { appId, codeChallenge, login } = body as Record<string, string>
  expect(appId).toBe(Number(simulator.clientID))
  const code = simulator.issueCode({ codeChallenge: codeChallenge ?? '' })
  const back = await browser.post(CALLBACK).send({ code, login })
  expect([back.status, back.headers['location']]).toEqual([303, '/from-json'])
})

it.each([true, false])(
  'C1 S1 a login by redirectUri, with an empty state: %s',
  async (withState) => {
    const { browser, code } = await start()
    const { pathname, search } = new URL(simulator.redirectURI(code, { withState }))
    const back = await browser.get(pathname + search)
    expect(back.headers['location']).toBe('/account')
    expect((await browser.get('/account')).text).toBe('<h1>Nguyễn Thị Hồng</h1>')
  },
)

it.each([
  ['S3 a cancelled login', { error: '030501' }, 'access_denied', 401, '030501'],
  ['S4 a failed SDK', { error: '030503' }, 'sdk_failed', 401, '030503'],
  [
    'C2 a code nobody has issued',
    { code: 'unheard-of-code' },
    'invalid_code',
    401,
    'INVALID_ARGUMENT',
  ],
  ['C3 a verifier of the page', { code: 'any', code_verifier: 'v' }, 'bad_callback', 400, ''],
])('%s leaves the visitor logged out', async (_, fields, code, status, provider) => {
  const { browser, login } = await start()
  const back = await browser
    .post(CALLBACK)
    .type('form')
    .send({ ...fields, login })
  const { searchParams } = new URL(back.headers['location'] ?? '', shop.url)
  expect(Object.fromEntries(searchParams)).toEqual({ code, status: String(status), provider })
  expect((await browser.get('/account')).text).toBe('<h1>nobody</h1>')
})

it('a login gives the browser a new session, and the old one is worth nothing', async () => {
  const { browser, cookie, code, login } = await start()
  expect(cookie).toMatch(/^connect\.sid=./)
  await browser.post(CALLBACK).type('form').send({ code, login })
  expect((await browser.get('/account')).text).toBe('<h1>Nguyễn Thị Hồng</h1>')
  const thief = await supertest(shop.url).get('/account').set('Cookie', cookie)
  expect(thief.text).toBe('<h1>nobody</h1>')
})

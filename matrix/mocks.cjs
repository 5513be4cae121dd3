// A login whose provider is an HTTP mock, as in an application's own tests: no server runs. `node
// mocks.cjs nock13`, `nock14`, `nock15` or `msw`: each runs in its own process, because they replace `http`.
// `undici6` and `undici7` are the MockAgent of undici, in the option `dispatcher`.
const { Strategy: MoneyPools } = require('passport-moneypools')
const { Strategy: MonPay } = require('passport-monpay')
const { expect, openSession, report, verify, visit } = require('./visit.cjs')

const MONPAY = 'https://wallet.example'
const SNGINE = 'https://friends.example'
const TOKEN = { access_token: 'token', token_type: 'bearer', expires_in: 3600, userId: 7 }
const USER = { code: 0, info: 'ok', result: { userId: 7, userFirstname: 'Bat' } }
const PERSON = { user_info: { user_id: '7', user_name: 'bat' } }

/** The answers: method, host, path, status, body. */
const ANSWERS = [
  ['post', MONPAY, '/v2/oauth/token', 200, TOKEN],
  ['get', MONPAY, '/v2/api/oauth/userinfo', 200, USER],
  ['post', SNGINE, '/api/authorize', 200, { access_token: 'token' }],
  ['get', SNGINE, '/api/get_user_info', 200, PERSON],
]
const REFUSED = ['post', MONPAY, '/v2/oauth/token', 403, { error: 'invalid_grant' }]

/** Further options of the strategies. */
const more = {}

function logInWithMonPay(code) {
  const options = { callbackURL: 'https://shop.example', baseURL: MONPAY, timeout: 2000, ...more }
  const strategy = new MonPay({ clientID: 'id', clientSecret: 'secret', ...options }, verify)
  return visit(strategy, `/?code=${code}`)
}

async function logInWithMoneyPools() {
  const callbackURL = 'https://shop.example/auth/moneypools/callback'
  const options = { callbackURL, baseURL: SNGINE, timeout: 2000, ...more }
  const strategy = new MoneyPools({ clientID: 'id', clientSecret: 'secret', ...options }, verify)
  const session = openSession()
  expect((await visit(strategy, '/auth/moneypools', { session })).end, 'redirect')
  return visit(strategy, `/auth/moneypools/callback?auth_key=${'a'.repeat(32)}`, { session })
}

const MOCKS = {
  nock13: () => withNock(require('nock13')),
  nock14: () => withNock(require('nock14')),
  nock15: () => withNock(require('nock15').default),
  msw: withMSW,
  undici6: () => withMockAgent(require('undici6')),
  undici7: () => withMockAgent(require('undici7')),
}

function withNock(nock) {
  nock.disableNetConnect()
  return ([method, host, path, status, body]) => {
    nock(host)[method](path).query(true).reply(status, body)
  }
}

function withMSW() {
  const { http, HttpResponse } = require('msw')
  const server = require('msw/node').setupServer()
  server.listen({ onUnhandledRequest: 'error' })
  return ([method, host, path, status, body]) => {
    server.use(http[method](host + path, () => HttpResponse.json(body, { status })))
  }
}

function withMockAgent({ MockAgent }) {
  const mock = new MockAgent()
  mock.disableNetConnect()
  more.dispatcher = mock
  return ([method, host, path, status, body]) => {
    const isAsked = (asked) => asked.split('?')[0] === path
    const call = mock.get(host).intercept({ method: method.toUpperCase(), path: isAsked })
    call.reply(status, body)
  }
}

const name = process.argv[2]
const answer = MOCKS[name]()

void report({
  [`${name}: logins with MonPay and MoneyPools (FR05)`]: async () => {
    ANSWERS.forEach(answer)
    for (const { end, user } of [await logInWithMonPay('one-code'), await logInWithMoneyPools()])
      expect([end, user?.profile.id], ['success', '7'])
  },
  [`${name}: a refusal (FR05)`]: async () => {
    answer(REFUSED)
    expect((await logInWithMonPay('other-code')).end, 'fail invalid_code')
  },
})

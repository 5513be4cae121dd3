// One provider on the core logs in at authorization servers that other people wrote.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { inspect } from 'node:util'
import { CALLBACK, openMock, openNodeOAuth, openOIDC } from './open.mjs'

const require = createRequire(import.meta.url)
const { strategyFor } = require('passport-code-flow')
const { OPTIONS, standard, Strategy } = require('./provider.cjs')
const { expect, openSession, report, verify, visit } = require('../visit.cjs')

/** Everything that the application asks for; the user is asked each time. */
const ALL = { scope: 'openid profile email offline_access', prompt: 'consent' }

function strategyAt({ url: baseURL, paths, client }, authentication, more, Class = Strategy) {
  const options = { ...client, callbackURL: CALLBACK, baseURL, paths, authentication, ...more }
  return new Class(options, verify)
}

/** The same provider with other members. */
function changedAt(server, members, authentication = 'basic') {
  const changed = strategyFor((options) => ({ ...standard(options), ...members }), OPTIONS)
  return strategyAt(server, authentication, {}, changed)
}

/** From the start to the end of the callback. */
async function logIn(server, strategy, options) {
  const session = openSession()
  const started = await visit(strategy, '/login', { session, options })
  expect(started.end, 'redirect')
  const back = new URL(await server.authorize(started.url))
  return visit(strategy, back.pathname + back.search, { session })
}

async function checkLogin(server, strategy) {
  const { end, user } = await logIn(server, strategy, ALL)
  expect(end, 'success')
  const { id, displayName, emails } = user.profile
  expect([id, displayName, emails], ['bat', 'Бат', [{ value: 'bat@example.test' }]])
  if (!(user.params.expires_at instanceof Date)) throw new Error('no time of expiry')
}

async function checkScope(server, strategy) {
  const { end, user } = await logIn(server, strategy, { scope: 'openid' })
  const { id, emails = 'none' } = user.profile
  expect([end, id, emails, user.refreshToken ?? 'none'], ['success', 'bat', 'none', 'none'])
}

/** Two callers refresh at once: with rotation, a second request would end the user's login. */
async function checkRotation(server, strategy) {
  const { user } = await logIn(server, strategy, ALL)
  const refresh = () => strategy.refresh(user.refreshToken)
  const [one, other] = await Promise.all([refresh(), refresh()])
  expect(one.refreshToken, other.refreshToken)
  if (one.refreshToken === user.refreshToken) throw new Error('the server does not rotate')
  await strategy.refresh(one.refreshToken)
  const refused = await refresh().catch(({ code }) => code)
  expect(refused, 'refresh_refused')
}

async function checkSecret(server) {
  const strategy = strategyAt(server, 'basic', { clientSecret: 'wrong' })
  expect((await logIn(server, strategy, ALL)).end, 'error config')
}

/** Nobody is logged in at the server, and it may show no page. So it answers with an error code. */
async function checkError(server, strategy) {
  const { end, info } = await logIn(server, strategy, { scope: 'openid', prompt: 'none' })
  expect(end, 'fail bad_callback')
  const { code, message } = info.provider
  expect([code, message.length > 0], ['login_required', true])
}

async function checkCancel(server, strategy) {
  const { end } = await logIn({ authorize: server.cancel }, strategy, { scope: 'openid' })
  expect(end, 'fail access_denied')
}

/** A word that the provider does not take. */
async function checkWord(_server, strategy) {
  const options = { loginHint: 'bat' }
  expect((await visit(strategy, '/login', { session: openSession(), options })).end, 'error config')
}

/** The checks of OpenID Connect Core section 3.1.3.7, without the signature: the token came over TLS. */
async function checkIDToken(server) {
  const fetchUser = async ({ params }) => {
    const [, payload] = params.id_token.split('.')
    const { iss, aud, azp = 'shop', exp, sub } = JSON.parse(Buffer.from(payload, 'base64url'))
    const isOurs = iss === server.url && [aud].flat().includes('shop') && azp === 'shop'
    return isOurs && exp * 1000 > Date.now() ? { id: sub } : undefined
  }
  const { end, user } = await logIn(server, changedAt(server, { fetchUser }), ALL)
  expect([end, user?.profile.id], ['success', 'bat'])
}

async function checkTwoCalls(server) {
  const fetchUser = async ({ accessToken }, ask) => {
    const headers = { authorization: `Bearer ${accessToken}` }
    const { body } = await ask({ method: 'GET', headers })
    const about = await ask({ method: 'GET', url: '/.well-known/openid-configuration' })
    return { id: body.sub, profileUrl: about.body.issuer }
  }
  const { end, user } = await logIn(server, changedAt(server, { fetchUser }), ALL)
  expect([end, user?.profile.id, user?.profile.profileUrl], ['success', 'bat', `${server.url}/`])
}

async function checkFunction(server) {
  const pkce = (verifier) => createHash('sha256').update(verifier).digest('base64url')
  expect((await logIn(server, changedAt(server, { pkce }), ALL)).end, 'success')
}

async function checkStatus(server, strategy) {
  server.service.on('beforeResponse', (answer) => (answer.statusCode = 201))
  expect((await logIn(server, strategy)).end, 'error bad_response')
  const changed = changedAt(server, { successStatuses: [200, 201] })
  expect((await logIn(server, changed)).end, 'success')
}

async function checkTokenUser(server) {
  server.service.on('beforeResponse', ({ body }) => (body.user_id = 7))
  const readUser = ({ body }) => ({ id: body.user_id })
  const members = { userInfoURL: undefined, userInfoRequest: undefined, readUser }
  const { end, user } = await logIn(server, changedAt(server, members))
  expect([end, user?.profile.id], ['success', '7'])
}

/** An answer that repeats the header in which the secret was sent. */
async function checkEcho(server, strategy) {
  let sent = ''
  server.service.on('beforeResponse', (answer, req) => {
    sent = req.headers.authorization
    answer.statusCode = 401
    answer.body = { error: 'invalid_client', error_description: `You sent ${sent}` }
  })
  const { end, error } = await logIn(server, strategy)
  expect([end, error.provider.message], ['error config', 'You sent [redacted]'])
  expect(inspect(error).includes(sent.slice('Basic '.length)), false)
}

async function checkForm(server) {
  const readBody = ({ text }) => Object.fromEntries(new URLSearchParams(text))
  const { end, user } = await logIn(server, changedAt(server, { readBody }))
  expect([end, user?.profile.id], ['success', '7'])
}

async function checkPlain(server, strategy) {
  const { end, user } = await logIn(server, strategy)
  expect(end, 'success')
  if (!user.profile.id) throw new Error('no user')
  const { accessToken } = await strategy.refresh(user.refreshToken)
  if (!accessToken) throw new Error('no new token')
}

const row =
  (open, authentication, check, ...more) =>
  async () => {
    const server = await open(authentication, ...more)
    try {
      await check(server, strategyAt(server, authentication))
    } finally {
      await server.close()
    }
  }

void report({
  'oidc-provider 9, Basic': row(openOIDC, 'basic', checkLogin),
  'oidc-provider 9, form': row(openOIDC, 'form', checkLogin),
  'oidc-provider 9, a scope of its own for a start': row(openOIDC, 'basic', checkScope),
  'oidc-provider 9, rotation under two refreshes at once': row(openOIDC, 'basic', checkRotation),
  'oidc-provider 9, a wrong secret': row(openOIDC, 'basic', checkSecret),
  'oidc-provider 9, an error word': row(openOIDC, 'form', checkError),
  'oidc-provider 9, a cancel': row(openOIDC, 'form', checkCancel),
  'oidc-provider 9, a start word that is not taken': row(openOIDC, 'basic', checkWord),
  'oidc-provider 9, the user of an ID token': row(openOIDC, 'basic', checkIDToken),
  'oidc-provider 9, a user of two calls': row(openOIDC, 'basic', checkTwoCalls),
  'oidc-provider 9, a challenge by a function': row(openOIDC, 'basic', checkFunction),
  'oauth2-mock-server 8': row(openMock, 'form', checkPlain),
  'oauth2-mock-server 8, status 201': row(openMock, 'basic', checkStatus),
  'oauth2-mock-server 8, the user in the token answer': row(openMock, 'basic', checkTokenUser),
  'oauth2-mock-server 8, an error that repeats Basic': row(openMock, 'basic', checkEcho),
  '@node-oauth/oauth2-server 5, Basic': row(openNodeOAuth, 'basic', checkPlain),
  '@node-oauth/oauth2-server 5, form': row(openNodeOAuth, 'form', checkPlain),
  '@node-oauth/oauth2-server 5, answers that are forms': row(
    openNodeOAuth,
    'basic',
    checkForm,
    true,
  ),
})

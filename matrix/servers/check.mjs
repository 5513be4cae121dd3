// One provider on the core logs in at authorization servers that other people wrote.
import { createRequire } from 'node:module'
import { CALLBACK, openMock, openNodeOAuth, openOIDC } from './open.mjs'

const require = createRequire(import.meta.url)
const { Strategy } = require('./provider.cjs')
const { expect, openSession, report, verify, visit } = require('../visit.cjs')

/** Everything that the application asks for; the user is asked each time. */
const ALL = { scope: 'openid profile email offline_access', prompt: 'consent' }

function strategyAt({ url: baseURL, paths, client }, authentication, more) {
  const options = { ...client, callbackURL: CALLBACK, baseURL, paths, authentication, ...more }
  return new Strategy(options, verify)
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
  const { end } = await logIn(server, strategy, { scope: 'openid', prompt: 'none' })
  expect(end, 'fail bad_callback')
}

async function checkPlain(server, strategy) {
  const { end, user } = await logIn(server, strategy)
  expect(end, 'success')
  if (!user.profile.id) throw new Error('no user')
  const { accessToken } = await strategy.refresh(user.refreshToken)
  if (!accessToken) throw new Error('no new token')
}

const row = (open, authentication, check) => async () => {
  const server = await open(authentication)
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
  'oauth2-mock-server 8': row(openMock, 'form', checkPlain),
  '@node-oauth/oauth2-server 5, Basic': row(openNodeOAuth, 'basic', checkPlain),
  '@node-oauth/oauth2-server 5, form': row(openNodeOAuth, 'form', checkPlain),
})

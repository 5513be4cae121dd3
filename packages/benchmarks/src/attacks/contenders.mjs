import http from 'node:http'
import https from 'node:https'
import { createRequire } from 'node:module'
import { SECRET } from './server.mjs'

const require = createRequire(import.meta.url)
const CALLBACK_URL = 'http://shop.example/callback'
const answer = (verify, profile, done) => verify({ id: profile.id ?? profile.sub }, done)

/**
 * Who is attacked, by name: each makes its strategy for the same provider and the same verify. Peers
 * are set up as their READMEs say, with state and PKCE.
 */
export const CONTENDERS = {
  'passport-code-flow': ours,
  'passport-oauth2': passportOAuth2,
  'openid-client': openidClient,
}

/** passport-code-flow with the description of a standard provider. */
function ours({ url, name = 'login', timeout = 1000, verify }) {
  const { CodeFlowStrategy, read } = require('passport-code-flow')
  const describe = ({ clientID, clientSecret, callbackURL }) => ({
    name,
    initiatedBy: 'site',
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    start: ({ id, codeChallenge }) =>
      `${url}/authorize?${new URLSearchParams({ response_type: 'code', client_id: clientID, redirect_uri: callbackURL, state: id, code_challenge: codeChallenge, code_challenge_method: 'S256' })}`,
    tokenRequest: ({ code, codeVerifier }) => ({
      method: 'POST',
      url: `${url}/token`,
      form: {
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
        redirect_uri: callbackURL,
        client_id: clientID,
        client_secret: clientSecret,
      },
    }),
    readTokens: ({ body }) => ({
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      tokenType: body.token_type,
      expiresAt: read.expiresAt(body.expires_in, 'seconds'),
      subject: body.sub,
      params: body,
    }),
    readRefusal: ({ body }) => {
      const code = read.text(body.error)
      if (code === undefined) return undefined
      const kind = code === 'invalid_grant' ? 'invalid_code' : 'config'
      return { kind, provider: read.compact({ code, message: read.text(body.error_description) }) }
    },
    profileRequest: (accessToken) => ({
      method: 'GET',
      url: `${url}/me`,
      headers: { authorization: `Bearer ${accessToken}` },
    }),
    parseProfile: ({ body, text }) => {
      const id = read.identifier(body.sub)
      return id === undefined ? undefined : { provider: name, id, _raw: text, _json: body }
    },
  })
  const options = {
    clientID: 'shop',
    clientSecret: SECRET,
    callbackURL: CALLBACK_URL,
    timeout,
    name,
  }
  return new CodeFlowStrategy(describe, options, (_accessToken, _refreshToken, profile, done) =>
    answer(verify, profile, done),
  )
}

/** passport-oauth2 with `state: true`, `pkce: true` and a profile call. */
function passportOAuth2({ url, verify }) {
  const OAuth2Strategy = require('passport-oauth2')
  const options = {
    authorizationURL: `${url}/authorize`,
    tokenURL: `${url}/token`,
    clientID: 'shop',
    clientSecret: SECRET,
    callbackURL: CALLBACK_URL,
    state: true,
    pkce: true,
  }
  const strategy = new OAuth2Strategy(options, (_accessToken, _refreshToken, profile, done) =>
    answer(verify, profile, done),
  )
  const { Agent } = url.startsWith('https:') ? https : http
  strategy._oauth2.setAgent(new Agent({ keepAlive: true }))
  strategy._oauth2.useAuthorizationHeaderforGET(true)
  strategy.userProfile = (accessToken, done) =>
    strategy._oauth2.get(`${url}/me`, accessToken, (failure, body) => {
      if (failure) return done(failure)
      try {
        done(null, { id: JSON.parse(body).sub })
      } catch (mistake) {
        done(mistake)
      }
    })
  return strategy
}

/** openid-client's strategy; PKCE is always on, and state is where the provider announces no PKCE. */
async function openidClient({ url, name = 'login', timeout = 1000, verify }) {
  const client = await import('openid-client')
  const { Strategy } = await import('openid-client/passport')
  const server = {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/me`,
  }
  const config = new client.Configuration(server, 'shop', SECRET, client.ClientSecretPost(SECRET))
  if (/^http:..127\./.test(url)) client.allowInsecureRequests(config)
  config.timeout = timeout / 1000
  const options = { config, name, scope: 'profile', callbackURL: CALLBACK_URL }
  return new Strategy(options, (tokens, done) =>
    client
      .fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)
      .then((profile) => answer(verify, profile, done), done),
  )
}

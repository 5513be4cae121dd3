import { createRequire } from 'node:module'
import http from 'node:http'

const require = createRequire(import.meta.url)

// The application's side, the same for every strategy.
const SITE = 'https://shop.example'
export const CALLBACK_PATH = '/auth/login/callback'
const application = {
  clientID: '184467440737',
  clientSecret: 'f3b1c2d4e5a697887766554433221100',
  callbackURL: `${SITE}${CALLBACK_PATH}`,
}
const { clientID, clientSecret, callbackURL } = application
const verify = (_accessToken, _refreshToken, profile, done) => done(null, profile)

let issued = 0

/** A code that no login has used: 40 hexadecimal digits. */
const nextCode = () => `${'c0de'.repeat(8)}${(issued++).toString(16).padStart(8, '0')}`

const query = (parameters) => ({ url: `${CALLBACK_PATH}?${new URLSearchParams(parameters)}` })

/** The callback of RFC 6749 section 4.1.2, for the start that redirected to `location`. */
const standardCallback = (location) =>
  query({ code: nextCode(), state: new URL(location).searchParams.get('state') })

const standardEndpoints = (url) => ({
  authorizationURL: `${url}/standard/authorize`,
  tokenURL: `${url}/standard/token`,
})

const ours = [
  {
    name: 'passport-monpay',
    load: () => require('passport-monpay'),
    // the wallet starts
    starts: false,
    options: (url) => ({
      baseURL: `${url}/monpay`,
      tokenURL: `${url}/monpay/token`,
      userInfoURL: `${url}/monpay/userinfo`,
    }),
    callback: () => query({ code: nextCode() }),
  },
  {
    name: 'passport-zalopay-pkce',
    load: () => require('passport-zalopay-pkce'),
    starts: true,
    options: (url) => ({
      baseURL: `${url}/zalopay`,
      tokenURL: `${url}/zalopay/token`,
      userInfoURL: `${url}/zalopay/userinfo`,
      launchURL: '/auth/zalopay/launch',
    }),
    // the page posts the code back
    callback: (location) => ({
      url: CALLBACK_PATH,
      origin: SITE,
      body: { code: nextCode(), login: new URL(location, SITE).searchParams.get('login') },
    }),
  },
  {
    name: 'passport-moneypools',
    load: () => require('passport-moneypools'),
    starts: true,
    options: (url) => ({
      baseURL: `${url}/moneypools`,
      tokenURL: `${url}/moneypools/token`,
      userInfoURL: `${url}/moneypools/userinfo`,
    }),
    callback: () => query({ auth_key: nextCode() }),
  },
].map(({ options, ...rest }) => ({
  ...rest,
  create: ({ Strategy }, url, more) =>
    new Strategy({ ...application, ...options(url), ...more }, verify),
}))

/** The same three with undici's Agent in their option `dispatcher`. */
const overUndici = ours.map((contender) => ({
  ...contender,
  name: `${contender.name} over undici`,
  create(library, url) {
    // a strategy warns about an option that it does not know
    process.once('warning', (warning) => {
      throw warning
    })
    const { Agent } = require('undici')
    return contender.create(library, url, { dispatcher: new Agent() })
  },
}))

/** passport-oauth2 with state, PKCE and the profile call that its README describes. */
const passportOAuth2 = {
  name: 'passport-oauth2',
  starts: true,
  load: () => require('passport-oauth2'),
  create(OAuth2Strategy, url) {
    const options = { ...application, ...standardEndpoints(url), state: true, pkce: true }
    const strategy = new OAuth2Strategy(options, verify)
    const client = strategy._oauth2
    client.useAuthorizationHeaderforGET(true)
    strategy.userProfile = (accessToken, done) =>
      client.get(`${url}/standard/userinfo`, accessToken, (failure, body) => {
        if (failure) return done(failure)
        try {
          done(null, { id: JSON.parse(body).sub, _raw: body })
        } catch (mistake) {
          done(mistake)
        }
      })
    return strategy
  },
  callback: standardCallback,
}

const google = {
  name: 'passport-google-oauth20',
  starts: true,
  load: () => require('passport-google-oauth20'),
  create({ Strategy }, url) {
    const endpoints = { ...standardEndpoints(url), userProfileURL: `${url}/standard/userinfo` }
    const scope = ['profile', 'email']
    const options = { ...application, ...endpoints, scope, state: true, pkce: true }
    const strategy = new Strategy(options, verify)
    strategy._oauth2.useAuthorizationHeaderforGET(true)
    return strategy
  },
  callback: standardCallback,
}

/** openid-client's Passport strategy. If a provider does not announce PKCE, it also gets state. */
const openidClient = {
  name: 'openid-client',
  starts: true,
  async load() {
    const client = await import('openid-client')
    return { client, ...(await import('openid-client/passport')) }
  },
  create({ client, Strategy }, url, { timeout = 30_000 } = {}) {
    const server = {
      issuer: `${url}/standard`,
      authorization_endpoint: `${url}/standard/authorize`,
      token_endpoint: `${url}/standard/token`,
      userinfo_endpoint: `${url}/standard/userinfo`,
    }
    const authentication = client.ClientSecretPost(clientSecret)
    const config = new client.Configuration(server, clientID, clientSecret, authentication)
    if (url.startsWith('http:')) client.allowInsecureRequests(config)
    config.timeout = timeout / 1000
    const options = { config, name: 'login', scope: 'profile email', callbackURL }
    return new Strategy(options, (tokens, done) =>
      client
        .fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)
        .then((profile) => done(null, profile), done),
    )
  },
  callback: standardCallback,
}

/** No strategy: the two calls of RFC 6749 with PKCE by `node:http`, and their answers parsed. */
const bareCalls = {
  name: 'bare calls',
  logIn(url) {
    const send = sender(url)
    return async () => {
      const form = {
        grant_type: 'authorization_code',
        redirect_uri: callbackURL,
        client_id: clientID,
        client_secret: clientSecret,
        code: nextCode(),
        code_verifier: 'v'.repeat(43),
      }
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams(form).toString()
      const { access_token } = await send('POST', '/standard/token', type, body)
      const authorization = { authorization: `Bearer ${access_token}` }
      return (await send('GET', '/standard/userinfo', authorization)).sub
    }
  },
}

function sender(url) {
  const { hostname, port } = new URL(url)
  return (method, path, more, body) =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'application/json', 'user-agent': 'bare', ...more }
      if (body !== undefined) headers['content-length'] = Buffer.byteLength(body)
      const outgoing = http.request({ hostname, port, path, method, headers }, (res) => {
        const chunks = []
        res.on('data', (chunk) => chunks.push(chunk))
        res.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
        res.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
}

const peers = [passportOAuth2, google, openidClient]
const namesOf = (list) => list.map(({ name }) => name)

/**
 * Every strategy that is measured, by name. `create(await load(), url)` makes a Passport strategy
 * for the provider at `url`; `callback(location)` is the request that ends that login.
 */
export const CONTENDERS = new Map(
  [bareCalls, ...ours, ...overUndici, ...peers].map((contender) => [contender.name, contender]),
)
export const SECRET = clientSecret
export const OURS = namesOf(ours)
export const OVER_UNDICI = namesOf(overUndici)
export const PEERS = namesOf(peers)
export const BARE = bareCalls.name
/** The strategy that the targets compare with. */
export const PEER = passportOAuth2.name

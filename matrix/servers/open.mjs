// Authorization servers that other people wrote, each on a free port: `{ url, paths, client,
// authorize, close }`. `authorize` does what a user does in the browser, and returns the address of
// the redirect to the application.
import http from 'node:http'
import OAuth2Server from '@node-oauth/oauth2-server'
import { OAuth2Server as MockServer } from 'oauth2-mock-server'
import Provider from 'oidc-provider'
import { listen } from '../visit.cjs'

const clientID = 'shop'
// these characters show whether it is encoded (RFC 6749 section 2.3.1)
const clientSecret = 'a secret: with + and %'
export const CALLBACK = 'http://shop.test/callback'

/** The certified server (https://github.com/panva/node-oidc-provider), its login pages included. */
export async function openOIDC(authentication) {
  const server = http.createServer()
  const { url, close } = await listen(server)
  const method = authentication === 'basic' ? 'client_secret_basic' : 'client_secret_post'
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientID,
        client_secret: clientSecret,
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: method,
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Бат', email: 'bat@example.test' }),
    }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    cookies: { keys: ['a key for cookies'] },
  })
  provider.on('server_error', (_context, error) => console.error(error))
  server.on('request', provider.callback())
  const paths = { authorize: '/auth', token: '/token', userInfo: '/me' }
  const client = { clientID, clientSecret }
  const cancel = (address) => authorize(address, true)
  return { url, paths, client, authorize, cancel, close }
}

/** Follows the pages: logs in as `bat`, agrees or cancels, and stops at the application. */
async function authorize(url, cancels = false) {
  const cookies = new Map()
  let next = { url }
  while (!next.url.startsWith(CALLBACK)) {
    const answer = await fetch(next.url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(next.form && { method: 'POST', body: new URLSearchParams(next.form) }),
    })
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
    const to = answer.headers.get('location')
    next = to
      ? { url: new URL(to, next.url).href }
      : readPage(await answer.text(), next.url, cancels)
  }
  return next.url
}

function readPage(page, url, cancels) {
  const abort = /href="([^"]+\/abort)"/.exec(page)?.[1]
  if (cancels && abort) return { url: new URL(abort, url).href }
  const action = /action="([^"]+)"/.exec(page)?.[1]
  const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1]
  if (!action || !prompt) throw new Error(`no form: ${page.slice(0, 500)}`)
  const login = prompt === 'login' ? { login: 'bat', password: 'any' } : {}
  return { url: new URL(action, url).href, form: { prompt, ...login } }
}

/** https://github.com/axa-group/oauth2-mock-server: it accepts everything. */
export async function openMock() {
  const server = new MockServer()
  await server.issuer.keys.generate('RS256')
  await server.start(0, '127.0.0.1')
  const url = `http://127.0.0.1:${server.address().port}`
  const paths = { authorize: '/authorize', token: '/token', userInfo: '/userinfo' }
  const client = { clientID, clientSecret }
  const { service } = server
  return { url, paths, client, service, authorize: followOnce, close: () => server.stop() }
}

/** https://github.com/node-oauth/node-oauth2-server over a model in memory. `asForm`: no JSON. */
export async function openNodeOAuth(_authentication, asForm = false) {
  // this server reads the two values of Basic without decoding them
  const plainSecret = 'secret'
  const codes = new Map()
  const tokens = new Map()
  const refreshes = new Map()
  const grants = ['authorization_code', 'refresh_token']
  const client = { id: clientID, grants, redirectUris: [CALLBACK] }
  const user = { id: 7 }
  const isRight = (id, secret) => id === client.id && (secret === null || secret === plainSecret)
  const oauth = new OAuth2Server({
    model: {
      getClient: (id, secret) => (isRight(id, secret) ? client : undefined),
      validateScope: (_user, _client, scope) => scope,
      saveAuthorizationCode: (code) => {
        codes.set(code.authorizationCode, { ...code, client, user })
        return codes.get(code.authorizationCode)
      },
      getAuthorizationCode: (code) => codes.get(code),
      revokeAuthorizationCode: ({ authorizationCode }) => codes.delete(authorizationCode),
      saveToken: (token) => {
        const saved = { ...token, client, user }
        tokens.set(token.accessToken, saved)
        refreshes.set(token.refreshToken, saved)
        return saved
      },
      getAccessToken: (token) => tokens.get(token),
      getRefreshToken: (token) => refreshes.get(token),
      revokeToken: ({ refreshToken }) => refreshes.delete(refreshToken),
    },
  })
  const server = http.createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url, 'http://127.0.0.1')
    let text = ''
    for await (const chunk of req) text += chunk
    const body = Object.fromEntries(new URLSearchParams(text))
    const { method, headers } = req
    const query = Object.fromEntries(searchParams)
    const request = new OAuth2Server.Request({ method, headers, query, body })
    const response = new OAuth2Server.Response()
    try {
      if (pathname === '/authorize')
        await oauth.authorize(request, response, { authenticateHandler: { handle: () => user } })
      else if (pathname === '/token') await oauth.token(request, response)
      else response.body = { sub: (await oauth.authenticate(request, response)).user.id }
    } catch (error) {
      response.status = error.code ?? 500
      response.body = { error: error.name, error_description: error.message }
    }
    const type = asForm ? 'application/x-www-form-urlencoded' : 'application/json'
    res.writeHead(response.status, { ...response.headers, 'content-type': type })
    res.end(asForm ? String(new URLSearchParams(response.body)) : JSON.stringify(response.body))
  })
  const { url, close } = await listen(server)
  const paths = { authorize: '/authorize', token: '/token', userInfo: '/me' }
  const registered = { clientID, clientSecret: plainSecret }
  return { url, paths, client: registered, authorize: followOnce, close }
}

async function followOnce(url) {
  const answer = await fetch(url, { redirect: 'manual' })
  const to = answer.headers.get('location')
  if (!to) throw new Error(`no redirect: ${answer.status} ${await answer.text()}`)
  return to
}

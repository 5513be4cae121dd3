import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { CALLBACK_URL, CLIENT_ID, CLIENT_SECRET, nextCode } from './application.mjs'

const require = createRequire(import.meta.url)

const FORM = 'application/x-www-form-urlencoded'
const bearer = (token) => ({ authorization: `Bearer ${token}` })

// The two calls that each strategy makes, byte for byte but for the User-Agent, and nothing else.

/** The calls of RFC 6749 with PKCE. */
export const standardFloor = floor('standard', {
  token: '/standard/token',
  type: FORM,
  body: (code, verifier) =>
    `grant_type=authorization_code&redirect_uri=${encodeURIComponent(CALLBACK_URL)}&client_id=${CLIENT_ID}&client_secret=${CLIENT_SECRET}&code=${code}&code_verifier=${verifier}`,
  read: ({ access_token }) => access_token,
  profile: (token) => ({ path: '/standard/userinfo', headers: bearer(token) }),
  id: ({ sub }) => sub,
})

export const monpayFloor = floor('MonPay', {
  token: '/monpay/v2/oauth/token',
  type: FORM,
  body: (code) =>
    `grant_type=authorization_code&code=${code}&redirect_uri=${encodeURIComponent(CALLBACK_URL)}&client_id=${CLIENT_ID}&client_secret=${CLIENT_SECRET}`,
  read: ({ access_token }) => access_token,
  profile: (token) => ({
    path: '/monpay/v2/api/oauth/userinfo',
    headers: { ...bearer(token), 'content-type': 'application/json' },
  }),
  id: ({ result }) => result.userId,
})

export const zalopayFloor = floor('ZaloPay', {
  token: '/zalopay/oauth/token',
  type: 'application/json',
  headers: { 'x-secret-key': CLIENT_SECRET },
  body: (code, verifier) => JSON.stringify({ code, code_verifier: verifier }),
  read: ({ data }) => data.access_token,
  profile: (token) => ({
    path: '/zalopay/oauth/user/info',
    headers: { ...bearer(token), 'x-secret-key': CLIENT_SECRET },
  }),
  id: ({ data }) => data.muid,
})

export const moneypoolsFloor = floor('MoneyPools', {
  token: '/moneypools/api/authorize',
  type: FORM,
  body: (code) => `app_id=${CLIENT_ID}&app_secret=${CLIENT_SECRET}&auth_key=${code}`,
  read: ({ access_token }) => access_token,
  profile: (token) => ({ path: `/moneypools/api/get_user_info?access_token=${token}` }),
  id: ({ user_info }) => user_info.user_id,
})

function floor(title, calls) {
  return {
    name: `floor (${title})`,
    kind: 'floor',
    provider: title.toLowerCase(),
    floor: `floor (${title})`,
    login(url) {
      const send = sender(url)
      return () => {
        const code = nextCode()
        const verifier = randomBytes(32).toString('base64url')
        return async () => {
          const body = calls.body(code, verifier)
          const token = calls.read(
            await send('POST', calls.token, { 'content-type': calls.type, ...calls.headers }, body),
          )
          const { path, headers } = calls.profile(token)
          return calls.id(await send('GET', path, headers))
        }
      }
    },
  }
}

function sender(url) {
  const { hostname, port } = new URL(url)
  // with Node's default agent, as everyone here; https is not imported, since who loads it is measured
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
  return (method, path, more, body) =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'application/json', 'user-agent': 'floor', ...more }
      if (body !== undefined) headers['content-length'] = Buffer.byteLength(body)
      const outgoing = request({ hostname, port, path, method, headers }, (res) => {
        const chunks = []
        res.on('data', (chunk) => chunks.push(chunk))
        res.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
        res.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
}

import { createHash } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'

export const SECRET = 'planted-client-secret'
export const TOKEN = 'planted-access-token'
export const REFRESH = 'planted-refresh-token'

/** Answers with JSON. */
export const json =
  (body, status = 200, headers = {}) =>
  (_req, res) =>
    res
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))

/** A correct token answer, with more in it. */
export const tokens = (more = {}) =>
  json({
    access_token: TOKEN,
    token_type: 'Bearer',
    refresh_token: REFRESH,
    expires_in: 3600,
    ...more,
  })

/** A correct profile answer, with more in it. */
export const profile = (more = {}) => json({ sub: 'ada', name: 'Ada', ...more })

/**
 * A provider as RFC 6749, 6750 and 7636 have it: a code works once and for its verifier. `token` and
 * `profile` may be replaced by what an attack needs.
 */
export async function startServer(tls) {
  let issued = 0
  const challenges = new Map()
  const server = { token: undefined, profile: undefined, calls: [], issue, close }

  /** The user consents to the start that led to `location`; gives back a code. */
  function issue(location, user = 'ada') {
    const code = `planted-code-${issued++}`
    challenges.set(code, { challenge: new URL(location).searchParams.get('code_challenge'), user })
    return code
  }

  const users = new Map()

  function answerToken(req, res, body) {
    const form = new URLSearchParams(body)
    const grant = challenges.get(form.get('code'))
    challenges.delete(form.get('code'))
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '')
    if (form.get('client_secret') !== SECRET)
      return json({ error: 'invalid_client' }, 401)(req, res)
    if (grant?.challenge !== verifier.digest('base64url'))
      return json({ error: 'invalid_grant' }, 400)(req, res)
    const token = grant.user === 'ada' ? TOKEN : `${TOKEN}-${grant.user}`
    users.set(`Bearer ${token}`, grant.user)
    tokens({ access_token: token })(req, res)
  }

  function answerProfile(req, res) {
    const user = users.get(req.headers.authorization)
    if (!user) return json({ error: 'invalid_token' }, 401)(req, res)
    profile({ sub: user })(req, res)
  }

  const listener = async (req, res) => {
    const body = await text(req)
    const kind = req.url.startsWith('/token')
      ? 'token'
      : req.url.startsWith('/me')
        ? 'profile'
        : 'other'
    server.calls.push({
      kind,
      method: req.method,
      url: req.url,
      headers: req.headers,
      body,
      socket: req.socket,
    })
    if (kind === 'token') (server.token ?? answerToken)(req, res, body)
    else if (kind === 'profile') (server.profile ?? answerProfile)(req, res, body)
    else tokens({ sub: 'mallory', name: 'Mallory' })(req, res)
  }
  const socket = tls ? https.createServer(tls, listener) : http.createServer(listener)
  await new Promise((resolve) => socket.listen(0, '127.0.0.1', resolve))
  server.url = `${tls ? 'https' : 'http'}://127.0.0.1:${socket.address().port}`

  async function close() {
    socket.closeAllConnections()
    await new Promise((resolve) => socket.close(resolve))
  }
  /** How many requests of a kind have come. */
  server.count = (kind) => server.calls.filter((call) => call.kind === kind).length
  return server
}

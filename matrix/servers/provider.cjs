// One provider for any server that follows RFC 6749 and OpenID Connect.
const { read, strategyFor } = require('passport-code-flow')

/** `authentication`: where the secret goes, `basic` or `form` (RFC 6749 section 2.3.1). */
function standard(options) {
  const { clientID, clientSecret, callbackURL, authentication, paths, baseURL } = options
  const authenticated = (form) =>
    authentication === 'basic'
      ? { method: 'POST', form, headers: { authorization: basic(clientID, clientSecret) } }
      : { method: 'POST', form: { ...form, client_id: clientID, client_secret: clientSecret } }
  return {
    name: 'standard',
    initiatedBy: 'site',
    tokenURL: baseURL + paths.token,
    userInfoURL: baseURL + paths.userInfo,
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    startOptions: ['scope', 'prompt'],
    start: ({ id: state, codeChallenge: code_challenge }, { scope = 'openid', prompt }) => {
      const challenge = { code_challenge, code_challenge_method: 'S256' }
      const client = { response_type: 'code', client_id: clientID, redirect_uri: callbackURL }
      const query = { ...client, ...challenge, scope, state, ...(prompt && { prompt }) }
      return `${baseURL}${paths.authorize}?${new URLSearchParams(query)}`
    },
    tokenRequest: ({ code, codeVerifier: code_verifier }) => {
      const grant = { grant_type: 'authorization_code', code, code_verifier }
      return authenticated({ ...grant, redirect_uri: callbackURL })
    },
    refreshRequest: (refresh_token) => authenticated({ grant_type: 'refresh_token', refresh_token }),
    userInfoRequest: ({ accessToken }) => ({
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}` },
    }),
    readRefusal: ({ body: { error, error_description: message } }) =>
      read.isNothing(error)
        ? undefined
        : {
            kind: error === 'invalid_grant' ? 'invalid_code' : 'config',
            provider: { code: read.text(error), message: read.text(message) },
          },
    readTokens: ({ body }) => ({
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      tokenType: body.token_type,
      expiresAt: read.expiresAt(body.expires_in, 'seconds'),
      params: body,
    }),
    readUser: ({ body: { sub, name, email } }) => ({ id: sub, displayName: name, email }),
  }
}

function basic(...credentials) {
  const encoded = credentials.map(encodeURIComponent).join(':')
  return `Basic ${Buffer.from(encoded).toString('base64')}`
}

const OPTIONS = { options: ['authentication', 'paths', 'baseURL'] }
exports.Strategy = class extends strategyFor(standard, OPTIONS) {}
Object.assign(exports, { standard, OPTIONS })

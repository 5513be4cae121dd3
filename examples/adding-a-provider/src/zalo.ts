import { baseURL, read, strategyFor } from 'passport-code-flow'
import type { CodeFlowOptions, Provider } from 'passport-code-flow'

/** Options of the Zalo strategy; `clientID` is the app's ID, `clientSecret` its secret key. */
export interface StrategyOptions extends CodeFlowOptions {
  /** Default `https://oauth.zaloapp.com`. */
  baseURL?: string | undefined
  /** Default `https://graph.zalo.me`. */
  graphURL?: string | undefined
  /** The `error` numbers that the operator must fix: Zalo has no list. Default none. */
  configErrors?: readonly number[] | undefined
}

/** Zalo, the messenger (OAuth v4). */
function zalo(options: StrategyOptions): Provider {
  const { clientID: app_id, clientSecret: secret_key, callbackURL: redirect_uri } = options
  const { configErrors = [] } = options
  const base = baseURL('baseURL', options.baseURL ?? 'https://oauth.zaloapp.com', options)
  const graph = baseURL('graphURL', options.graphURL ?? 'https://graph.zalo.me', options)
  return {
    name: 'zalo',
    initiatedBy: 'site',
    tokenURL: `${base}/v4/access_token`,
    userInfoURL: `${graph}/v2.0/me`,
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    start: ({ id: state, codeChallenge: code_challenge }) =>
      `${base}/v4/permission?${new URLSearchParams({ app_id, redirect_uri, state, code_challenge })}`,
    tokenRequest: ({ code, codeVerifier: code_verifier }) => ({
      method: 'POST',
      headers: { secret_key }, // RFC 6749 section 2.3.1 has Basic or form
      form: { grant_type: 'authorization_code', app_id, code, code_verifier }, // no redirect_uri
    }),
    // a number in `error` under HTTP 200, where RFC 6749 section 5.2 has a word under 400
    readRefusal: ({ body: { error, error_name, message } }) =>
      read.isNothing(error) // a profile that is right has 0
        ? undefined
        : {
            kind: configErrors.includes(Number(error)) ? 'config' : 'invalid_code',
            provider: { code: read.text(error), message: read.text(error_name ?? message) },
          },
    readTokens: ({ body }) => ({
      accessToken: body['access_token'],
      refreshToken: body['refresh_token'],
      expiresAt: read.expiresAt(body['expires_in'], 'seconds'), // a string, such as "3600"
      params: body,
    }),
    userInfoRequest: ({ accessToken: access_token }) => ({
      method: 'GET',
      headers: { access_token }, // RFC 6750 section 2.1 has Authorization
      query: { fields: 'id,name,picture' },
    }),
    readUser: ({ body: { id, name, picture } }) => ({
      id,
      displayName: name,
      picture: read.object(read.object(picture)['data'])['url'],
    }),
  }
}

/** Logs in a user of Zalo. */
export class Strategy extends strategyFor(zalo, {
  options: ['baseURL', 'graphURL', 'configErrors'],
}) {}

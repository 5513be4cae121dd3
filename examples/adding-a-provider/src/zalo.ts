import { baseURL, CodeFlowStrategy, read } from 'passport-code-flow'
import type { CodeFlowOptions, Profile, Provider, VerifyFunction } from 'passport-code-flow'

/** Options of the Zalo strategy; `clientID` is the app's ID, `clientSecret` its secret key. */
export interface StrategyOptions extends CodeFlowOptions {
  /** Default `https://oauth.zaloapp.com`. */
  baseURL?: string
  /** Default `https://graph.zalo.me`. */
  graphURL?: string
  /** The `error` numbers that are the operator's to mend: Zalo has no list. Default none. */
  configErrors?: readonly number[]
}

/** Signs in a user of Zalo, the messenger (OAuth v4). */
export class Strategy extends CodeFlowStrategy<Profile, StrategyOptions> {
  constructor(options: StrategyOptions, verify: VerifyFunction<Profile>) {
    super(zalo, options, verify)
  }
}

function zalo(options: StrategyOptions): Provider {
  const { clientID: app_id, clientSecret: secret_key, callbackURL: redirect_uri } = options
  const base = baseURL('baseURL', options.baseURL ?? 'https://oauth.zaloapp.com', options)
  const graph = baseURL('graphURL', options.graphURL ?? 'https://graph.zalo.me', options)
  return {
    name: 'zalo',
    initiatedBy: 'site',
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    start: ({ id: state, codeChallenge: code_challenge }) =>
      `${base}/v4/permission?${new URLSearchParams({ app_id, redirect_uri, state, code_challenge })}`,
    tokenRequest: ({ code, codeVerifier: code_verifier }) => ({
      method: 'POST',
      url: `${base}/v4/access_token`,
      headers: { secret_key }, // RFC 6749 section 2.3.1 has Basic or form
      form: { grant_type: 'authorization_code', app_id, code, code_verifier }, // no redirect_uri
    }),
    readRefusal: refusalReader(options.configErrors),
    readTokens: ({ body }) => ({
      accessToken: body['access_token'],
      refreshToken: body['refresh_token'],
      expiresAt: read.expiresAt(body['expires_in'], 'seconds'), // a string, such as "3600"
      params: body,
    }),
    profileRequest: (access_token) => ({
      method: 'GET',
      url: `${graph}/v2.0/me`,
      headers: { access_token }, // RFC 6750 section 2.1 has Authorization
      query: { fields: 'id,name,picture' },
    }),
    parseProfile: ({ body, text: _raw }) => {
      const id = read.identifier(body['id']) ?? '' // none: the login ends in no_subject
      const picture = read.record(read.record(body['picture'])['data'])['url']
      const displayName = read.text(body['name'])
      const known = read.compact({ displayName, photos: read.list(read.webURL(picture)) })
      return { ...known, provider: 'zalo', id, _raw, _json: body }
    },
  }
}

/** A number in `error` under HTTP 200, where RFC 6749 section 5.2 has a word under 400. */
function refusalReader(configErrors: readonly number[] = []): Provider['readRefusal'] {
  return ({ body }) => {
    const error = Number(body['error'] ?? 0) // a profile that is right has 0
    if (error === 0) return undefined
    const message = read.text(body['error_name'] ?? body['message'])
    const provider = read.compact({ code: read.text(body['error']), message })
    return { kind: configErrors.includes(error) ? 'config' : 'invalid_code', provider }
  }
}

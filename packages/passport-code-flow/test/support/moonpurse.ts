import {
  type Answer,
  baseURL,
  type CodeFlowOptions,
  CodeFlowStrategy,
  type Profile,
  type Provider,
  read,
  type Refusal,
  type VerifyFunction,
} from 'passport-code-flow'

/** Options of the Moonpurse strategy. */
export interface StrategyOptions extends CodeFlowOptions {
  /** Default `https://login.moonpurse.example`. */
  baseURL?: string
}

/** Signs in a Moonpurse user. */
export class Strategy extends CodeFlowStrategy<Profile, StrategyOptions> {
  constructor(options: StrategyOptions, verify: VerifyFunction<Profile>) {
    super(moonpurse, options, verify)
  }
}

function moonpurse(options: StrategyOptions): Provider {
  const { clientID: client_id, clientSecret, callbackURL: redirect_uri } = options
  const base = baseURL('baseURL', options.baseURL ?? 'https://login.moonpurse.example', options)
  return {
    name: 'moonpurse',
    initiatedBy: 'site',
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    start: ({ id: state, codeChallenge: code_challenge }) => {
      const query = { response_type: 'code', client_id, redirect_uri, state, code_challenge }
      return `${base}/authorize?${new URLSearchParams({ ...query, code_challenge_method: 'S256' })}`
    },
    tokenRequest: ({ code, codeVerifier: code_verifier }) => ({
      method: 'POST',
      url: `${base}/token`,
      headers: { 'x-moonpurse-secret': clientSecret }, // RFC 6749 section 2.3.1 has Basic or form
      form: { grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier },
    }),
    readRefusal,
    readTokens: ({ body }) => ({ accessToken: body['token'], params: body }),
    profileRequest: (token) => ({ method: 'POST', url: `${base}/me`, json: { token } }),
    parseProfile: ({ body, text: _raw }) => {
      const id = read.identifier(body['purse']) ?? '' // none: the login ends in no_subject
      const known = read.compact({ displayName: read.text(body['nick']) })
      return { ...known, provider: 'moonpurse', id, _raw, _json: body }
    },
  }
}

/** Every refusal is `{ "oops": "…" }` under HTTP 200, where RFC 6749 section 5.2 has 400 and `error`. */
function readRefusal({ body }: Answer): Refusal | undefined {
  if (body['oops'] === undefined) return undefined
  const kind = body['oops'] === 'stale code' ? 'invalid_code' : 'config'
  return { kind, provider: read.compact({ message: read.text(body['oops']) }) }
}

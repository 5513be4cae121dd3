import {
  type Answer,
  baseURL,
  type CallbackParameters,
  type CallbackReading,
  type CodeFlowOptions,
  endpoint,
  oneOf,
  type Provider,
  read,
  type Refusal,
  type Request,
  refuseOption,
  requireText,
  type SiteOptions,
} from 'passport-code-flow'
import { type MoneyPoolsProfile, readUser } from './profile.js'

/**
 * Options of the MoneyPools strategy. `clientID` is Sngine's `app_id`, `clientSecret` its
 * `app_secret`; `callbackURL` must be the registered URL, without query and fragment.
 */
export interface StrategyOptions extends CodeFlowOptions, SiteOptions {
  /** The address of any Sngine site, with its folder. Default `https://cs.moneypoolscash.com`. */
  baseURL?: string | undefined
  /**
   * The method of the token request. Sngine before 4.0.4 needs `GET`, 4.0.4 and later need `POST`.
   * Default `auto`: `POST`, then `GET` once if the site says that it saw no parameters.
   */
  tokenMethod?: 'auto' | 'GET' | 'POST' | undefined
  /** Default `{baseURL}/api/oauth`. */
  authorizationURL?: string | undefined
  /** Default `{baseURL}/api/authorize`. */
  tokenURL?: string | undefined
  /** Default `{baseURL}/api/get_user_info`. */
  userInfoURL?: string | undefined
  /** Language of the site's pages and of `gender`, such as `en_us`. Default: the site's choice. */
  lang?: string | undefined
}

/** Sngine's "Log in with" (https://cs.moneypoolscash.com/developers), on MoneyPools or any site. */
export function moneypools(options: StrategyOptions): Provider<MoneyPoolsProfile> {
  const { clientID, clientSecret, callbackURL, lang } = options
  // Sngine appends "?auth_key=…" to the registered URL, also after a query
  if (/[?#]/.test(callbackURL))
    refuseOption('callbackURL', 'must have no query and no fragment: Sngine appends its own query')
  if (/[&'"<>]/.test(callbackURL))
    refuseOption('callbackURL', 'must have none of & \' " < >: Sngine escapes what is registered')
  const tokenMethod = oneOf('tokenMethod', options.tokenMethod, ['auto', 'GET', 'POST'])
  const { baseURL: site = 'https://cs.moneypoolscash.com' } = options
  const base = baseURL('baseURL', site, options)
  const { authorizationURL = `${base}/api/oauth` } = options
  const { tokenURL = `${base}/api/authorize` } = options
  const { userInfoURL = `${base}/api/get_user_info` } = options
  const language = lang === undefined ? {} : { lang: requireText('lang', lang) }
  const startURL = new URL(endpoint('authorizationURL', authorizationURL, options))
  for (const [name, value] of Object.entries({ app_id: clientID, ...language }))
    startURL.searchParams.set(name, value)
  // the method that worked is kept, so that an old site gets the secret once per login
  let method: Request['method'] = tokenMethod === 'auto' ? 'POST' : tokenMethod

  const askToken = (by: Request['method'], code: string): Request => ({
    method: by,
    // Sngine before 4.0.4 reads the query, 4.0.4 and later read the form
    [by === 'GET' ? 'query' : 'form']: {
      app_id: clientID,
      app_secret: clientSecret,
      auth_key: code,
    },
  })

  return {
    name: 'moneypools',
    initiatedBy: 'site',
    tokenURL,
    userInfoURL,
    callback: { code: 'auth_key', read: readCallback },
    hints: {
      redirect_refused: "baseURL is not the site's own address",
      start_loop: `It is ${callbackURL}`,
    },
    // no redirect_uri, state or scope: Sngine ignores other parameters
    start: () => startURL.href,
    exchange: async ({ code }, ask) => {
      const used = method
      let answer = await ask(askToken(used, code))
      if (tokenMethod === 'auto' && sawNoParameters(answer))
        answer = await ask(askToken(used === 'POST' ? 'GET' : 'POST', code))
      if (answer.body['access_token'] !== undefined) method = answer.method
      return answer
    },
    readTokens: ({ body }) => ({
      accessToken: body['access_token'],
      subject: body['user_id'],
      params: body,
    }),
    readRefusal,
    // every version reads the token from the query only
    userInfoRequest: ({ accessToken }) => ({
      method: 'GET',
      query: { access_token: accessToken, ...language },
    }),
    // the site sends an empty list for a deleted user with a valid token
    readBody: ({ json }) => (Array.isArray(json) && json.length === 0 ? {} : undefined),
    readUser: (answer) => readUser(answer, base),
  }
}

/** Finds the key, also in Sngine's malformed URLs such as `?x=1?auth_key=…`. Refuses two keys. */
function readCallback(sent: CallbackParameters): CallbackReading {
  const [first, another] = [...sent.rawQuery.matchAll(/(?:^|[?&])auth_key=([^?&]*)/g)]
  if (another) sent.refuse('auth_key is there twice')
  const key = sent.get('auth_key') ?? first?.[1]
  if (key === undefined) return {}
  if (!/^[0-9a-f]{16,128}$/i.test(key)) sent.refuse('auth_key is not hexadecimal')
  return { code: key }
}

/**
 * Reads an error: Sngine sends a flag and a text with status 200. Only two texts are compared. The
 * core gives all of them to the operator; some are in the language of the site.
 */
function readRefusal({ body, status }: Answer): Refusal | undefined {
  const { error } = body
  if (read.isNothing(error)) return undefined
  // not an answer of Sngine: the core reports that there is no endpoint at this address
  if ((status === 404 || status === 405) && error !== true) return undefined
  // the login API itself always answers with 200
  if (status >= 500 || status === 429) return { kind: 'provider_error' }
  const isBadKey = read.text(body['message']) === 'Bad Request, invalid auth_key'
  return { kind: isBadKey ? 'invalid_code' : 'config' }
}

/**
 * True for the answer of a site that reads the parameters elsewhere. Sngine sends it before it
 * looks at the key, so the key can still be used.
 */
function sawNoParameters({ body, status }: Answer): boolean {
  const { error, message, access_token: token } = body
  const refused = status === 200 && error === true && read.isNothing(token)
  return refused && message === 'Bad Request, invalid app_id'
}

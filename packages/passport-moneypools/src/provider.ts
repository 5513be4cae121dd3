import {
  baseURL,
  endpoint,
  type HttpRequest,
  type Provider,
  refuseOption,
  requireText,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import { type MoneyPoolsProfile, parseProfile } from './profile.js'
import { readRefusal, sawNoParameters } from './refusal.js'

/** Sngine's "Log in with" (https://cs.moneypoolscash.com/developers), on MoneyPools or any site. */
export function moneypools(options: StrategyOptions): Provider<MoneyPoolsProfile> {
  const { clientID, clientSecret, callbackURL, lang, tokenMethod = 'auto' } = options
  // Sngine appends "?auth_key=…" to whatever is registered
  if (/[?#]/.test(callbackURL))
    refuseOption('callbackURL', 'must have no query and no fragment: Sngine appends its own query')
  if (/[&'"<>]/.test(callbackURL))
    refuseOption('callbackURL', 'must have none of & \' " < >: Sngine escapes what is registered')
  if (!['auto', 'GET', 'POST'].includes(tokenMethod))
    refuseOption('tokenMethod', 'must be auto, GET or POST')
  const base = baseURL('baseURL', options.baseURL ?? 'https://cs.moneypoolscash.com', options)
  const at = (name: 'authorizationURL' | 'tokenURL' | 'userInfoURL', path: string) =>
    endpoint(name, options[name] ?? `${base}/api/${path}`, options)
  const startURL = new URL(at('authorizationURL', 'oauth'))
  const tokenURL = at('tokenURL', 'authorize')
  const userInfoURL = at('userInfoURL', 'get_user_info')
  const language = lang === undefined ? {} : { lang: requireText('lang', lang) }
  for (const [name, value] of Object.entries({ app_id: clientID, ...language }))
    startURL.searchParams.set(name, value)
  let method: 'GET' | 'POST' = tokenMethod === 'auto' ? 'POST' : tokenMethod

  const askToken = (by: 'GET' | 'POST', code: string): HttpRequest => ({
    method: by,
    url: tokenURL,
    // one place only: up to Sngine 4.0.3 the query is read, later the form
    [by === 'GET' ? 'query' : 'form']: {
      app_id: clientID,
      app_secret: clientSecret,
      auth_key: code,
    },
  })

  return {
    name: 'moneypools',
    initiatedBy: 'site',
    callback: { code: 'auth_key', codePattern: /^[0-9a-f]{16,128}$/i, recoverCode },
    hints: {
      redirect_refused: "the base URL is not the site's canonical one",
      start_loop: `It is ${callbackURL}.`,
    },
    // no redirect_uri, state or scope: other parameters are dropped
    start: () => startURL.href,
    tokenRequest: ({ code }) => askToken(method, code),
    otherTokenRequest: (answer, { code }) =>
      tokenMethod === 'auto' && sawNoParameters(answer)
        ? askToken(answer.method === 'POST' ? 'GET' : 'POST', code)
        : undefined,
    readTokens: ({ body, method: used }) => {
      if (body['access_token'] !== undefined) method = used
      return { accessToken: body['access_token'], subject: body['user_id'], params: body }
    },
    readRefusal,
    // a GET with the token in its query is all that any version reads
    profileRequest: (accessToken) => ({
      method: 'GET',
      url: userInfoURL,
      query: { access_token: accessToken, ...language },
    }),
    // PHP's empty array: the token is fine and its user gone
    isNobody: (json) => Array.isArray(json) && json.length === 0,
    parseProfile: (answer) => parseProfile(answer, base),
  }
}

/** The key where Sngine put its query behind another: `?x=1?auth_key=…`. Two keys are no key. */
function recoverCode(rawQuery: string): string | undefined {
  const [found, another] = rawQuery.matchAll(/(?:^|[?&])auth_key=([^?&]*)/g)
  return another ? '' : found?.[1]
}

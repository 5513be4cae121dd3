import {
  absoluteURL,
  type Answer,
  baseURL,
  type CodeFlowOptions,
  endpoint,
  type Provider,
  read,
  type Refusal,
  refuseOption,
  safeReturnTo,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import { parseProfile, type ZaloPayProfile } from './profile.js'

type Options = StrategyOptions & Pick<CodeFlowOptions, 'clientID'>

/** From here on a lifetime is a moment, not a duration. */
const INSTANT_MS = 1e12

/** ZaloPay mini apps (https://beta-docs.zalopay.vn/docs/miniapp/user/get-auth-code): the page's SDK gets the code. */
export function zalopay(options: Options): Provider<ZaloPayProfile> {
  const { clientID, clientSecret, challengeEncoding = 'hex', fields } = options
  if (!/^\d{1,15}$/.test(clientID)) refuseOption('clientID', 'must be a number or digits')
  if (challengeEncoding !== 'hex' && challengeEncoding !== 'raw')
    refuseOption('challengeEncoding', 'must be hex or raw')
  const launchURL = readLaunchURL(options.launchURL)
  const at = (name: 'tokenURL' | 'userInfoURL', path: string) =>
    endpoint(
      name,
      options[name] ?? `${baseURL('baseURL', options.baseURL, options)}${path}`,
      options,
    )
  const tokenURL = at('tokenURL', '/oauth/token')
  const userInfoURL = at('userInfoURL', '/oauth/user/info')
  // https://beta-docs.zalopay.vn/docs/specs/get-access-token: no client_id, the key names the app
  const key = { 'x-secret-key': clientSecret }

  return {
    name: 'zalopay',
    initiatedBy: 'site',
    pkce: challengeEncoding,
    callback: {
      code: 'code',
      login: 'login',
      loginRequired: 'posted',
      empty: ['state'], // the SDK's redirectUri ends in an empty one
      forbidden: ['code_verifier', 'codeVerifier'], // a verifier from the page binds nothing
      sameOriginPost: true,
      readError: (word) =>
        ['030501', '30501', 'access_denied'].includes(word) ? 'access_denied' : 'sdk_failed',
    },
    ...(launchURL && {
      start: ({ id, codeChallenge }) => {
        const query = new URLSearchParams({ appId: clientID, codeChallenge, login: id })
        return `${launchURL}${launchURL.includes('?') ? '&' : '?'}${query}`
      },
    }),
    // JSON and no grant_type, unlike RFC 6749 section 4.1.3
    tokenRequest: ({ code, codeVerifier }) => ({
      method: 'POST',
      url: tokenURL,
      headers: key,
      json: { code, code_verifier: codeVerifier },
    }),
    refreshRequest: (refreshToken) => ({
      method: 'POST',
      url: tokenURL,
      headers: key,
      json: { refresh_token: refreshToken },
    }),
    readTokens: ({ body }) => {
      const data = read.record(body['data'])
      const refreshExpiresAt = expiry(data['refresh_expires_in'])
      return {
        accessToken: data['access_token'],
        refreshToken: data['refresh_token'],
        expiresAt: expiry(data['expires_in']),
        subject: data['muid'],
        params: { ...data, ...(refreshExpiresAt && { refresh_expires_at: refreshExpiresAt }) },
      }
    },
    readRefusal: (answer, step) => readRefusal(answer, step === 'profile' ? {} : options),
    profileRequest: (accessToken) => ({
      method: 'GET',
      url: userInfoURL,
      headers: { ...key, authorization: `Bearer ${accessToken}` },
      ...(fields && { query: { fields: fields.join(',') } }),
    }),
    parseProfile,
  }
}

/** `data` or `error`, whatever the status; null stands for neither. */
function readRefusal(
  { status, body }: Answer,
  { classifyError }: Pick<StrategyOptions, 'classifyError'>,
): Refusal | undefined {
  const { error } = body
  if (error === undefined || error === null) return undefined
  const usual = status >= 500 ? 'provider_error' : 'invalid_code'
  const known = read.record(error)
  const details = read.record(known['details'])
  const info = read.record(details['error_info'])
  return {
    kind: classifyError?.(error) ?? usual,
    provider: read.compact({
      code: read.text(known['error'] ?? error),
      message: read.text(read.record(details['localized_message'])['message']),
      details: read.compact({
        code: read.text(known['code']),
        reason: read.text(info['reason']),
        domain: read.text(info['domain']),
        context_id: read.text(body['context_id']),
        trace_id: read.text(body['trace_id']),
      }),
    }),
  }
}

/** Milliseconds by the page, which leaves open whether from now or since 1970. */
function expiry(lifetime: unknown): Date | undefined {
  const isInstant = typeof lifetime === 'number' && lifetime >= INSTANT_MS
  return read.expiresAt(isInstant ? lifetime - Date.now() : lifetime, 'milliseconds')
}

function readLaunchURL(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && safeReturnTo(value, '') === value))
    return value || undefined
  return absoluteURL('launchURL', value).href
}

import {
  type Answer,
  baseURL,
  endpoint,
  type Provider,
  type ProviderDetail,
  read,
  type Refusal,
  refuseOption,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import { type MonPayProfile, parseProfile } from './profile.js'

const HOSTS = {
  // the only host the pages print: https://developers.monpay.mn/en/guide/mini-app/
  staging: 'https://z-wallet.monpay.mn',
  // on no page; seen in production use
  production: 'https://wallet.monpay.mn',
}

/** What each status of the token endpoint means (https://developers.monpay.mn/guide/mini-app/access-token). */
const BY_STATUS: Record<number, Refusal['kind']> = {
  400: 'config',
  401: 'config',
  403: 'invalid_code', // RFC 6749 section 5.2 says 400
  415: 'config',
  505: 'provider_error', // not 500
}

const BY_WORD: Record<string, Refusal['kind']> = {
  invalid_request: 'config',
  unauthorized_client: 'config', // RFC 6749 section 5.2 says invalid_client
  invalid_grant: 'invalid_code',
  unsupported_grant_type: 'config',
  server_error: 'provider_error',
}

/** MonPay mini apps (https://developers.monpay.mn/en/guide/mini-app/): the wallet brings the code. */
export function monpay(options: StrategyOptions): Provider<MonPayProfile> {
  const { clientID, clientSecret, callbackURL, environment = 'staging', fetchMetadata } = options
  if (!Object.hasOwn(HOSTS, environment))
    refuseOption('environment', 'must be staging or production')
  if (!['document', 'strict', 'off', undefined].includes(fetchMetadata))
    refuseOption('fetchMetadata', 'must be document, strict or off')
  const base = baseURL('baseURL', options.baseURL ?? HOSTS[environment], options)
  const tokenURL = endpoint('tokenURL', options.tokenURL ?? `${base}/v2/oauth/token`, options)
  const userInfoURL = endpoint(
    'userInfoURL',
    options.userInfoURL ?? `${base}/v2/api/oauth/userinfo`,
    options,
  )
  return {
    name: 'monpay',
    initiatedBy: 'provider',
    callback: { code: 'code', ...(fetchMetadata && { fetchMetadata }) },
    hints: { no_code: 'That app is MonPay: tap the icon under Online services.' },
    tokenRequest: ({ code }) => ({
      method: 'POST',
      url: tokenURL,
      form: {
        grant_type: 'authorization_code',
        code,
        // compared with what MonPay has on file: not one character of it may change
        redirect_uri: callbackURL,
        client_id: clientID,
        client_secret: clientSecret,
      },
    }),
    readTokens: ({ body }) => ({
      // some tokens come with the header's scheme in front
      accessToken:
        typeof body['access_token'] === 'string'
          ? body['access_token'].replace(/^Bearer /i, '')
          : body['access_token'],
      refreshToken: body['refresh_token'],
      tokenType: body['token_type'],
      expiresAt: read.expiresAt(body['expires_in'], 'seconds'),
      subject: body['userId'],
      params: body,
    }),
    readRefusal,
    // the page prints `Bearer auth …`: no server wants that word
    profileRequest: (accessToken) => ({
      method: 'GET',
      url: userInfoURL,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    }),
    parseProfile,
  }
}

/** Either form of error, at either endpoint: RFC 6749's word, or the envelope of the resources. */
function readRefusal({ status, body }: Answer): Refusal | undefined {
  const word = body['error']
  if (word !== undefined && word !== null) {
    const known =
      typeof word === 'string' && Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
    const kind = known ?? BY_STATUS[status] ?? 'bad_response'
    return { kind, provider: detail(word, body['error_description']) }
  }
  const intCode = body['intCode'] ?? 0
  if (status === 200 && (intCode === 0 || intCode === '0')) return undefined
  const number = read.text(intCode)
  return {
    kind: BY_STATUS[status] ?? (status >= 500 ? 'provider_error' : 'bad_response'),
    provider: {
      ...detail(body['code'], body['info']),
      // 401 is both a bad token (1) and a missing permission (6)
      ...(number !== undefined && { details: { intCode: number } }),
    },
  }
}

function detail(code: unknown, message: unknown): ProviderDetail {
  return read.compact({ code: read.text(code), message: read.text(message) })
}

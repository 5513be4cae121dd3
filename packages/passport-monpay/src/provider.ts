import {
  type Answer,
  baseURL,
  type CodeFlowOptions,
  oneOf,
  type Provider,
  read,
  type Refusal,
} from 'passport-code-flow'
import { type MonPayProfile, readUser } from './profile.js'

/** Options of the MonPay strategy. `callbackURL` is sent verbatim as `redirect_uri`. */
export interface StrategyOptions extends CodeFlowOptions {
  /** Which of MonPay's hosts to ask. Default `staging`, the only documented one. */
  environment?: 'staging' | 'production' | undefined
  /** A host of your own, in place of `environment`. */
  baseURL?: string | undefined
  /** Default `{baseURL}/v2/oauth/token`. */
  tokenURL?: string | undefined
  /** Default `{baseURL}/v2/api/oauth/userinfo`. */
  userInfoURL?: string | undefined
  /**
   * What is refused by its Fetch Metadata headers. `document`: whatever is not a page being opened
   * or a fetch of this site, sibling subdomains included. `strict`: also those subdomains, and pages
   * that another site led to, which real wallets may or may not be. Default `document`.
   */
  fetchMetadata?: 'document' | 'strict' | 'off' | undefined
}

const HOSTS = {
  // the only host the pages print: https://developers.monpay.mn/en/guide/mini-app/
  staging: 'https://z-wallet.monpay.mn',
  // on no page; seen in production use
  production: 'https://wallet.monpay.mn',
}

/** MonPay mini apps (https://developers.monpay.mn/en/guide/mini-app/): the wallet brings the code. */
export function monpay(options: StrategyOptions): Provider<MonPayProfile> {
  const { clientID, clientSecret, callbackURL } = options
  const environment = oneOf('environment', options.environment, ['staging', 'production'])
  const base = baseURL('baseURL', options.baseURL ?? HOSTS[environment], options)
  return {
    name: 'monpay',
    initiatedBy: 'provider',
    tokenURL: options.tokenURL ?? `${base}/v2/oauth/token`,
    userInfoURL: options.userInfoURL ?? `${base}/v2/api/oauth/userinfo`,
    callback: {
      code: 'code',
      fetchMetadata: oneOf('fetchMetadata', options.fetchMetadata, ['document', 'strict', 'off']),
    },
    hints: { no_code: 'MonPay opens this page with one: tap the icon under Online services' },
    tokenRequest: ({ code }) => ({
      method: 'POST',
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
    userInfoRequest: ({ accessToken }) => ({
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    }),
    readUser,
  }
}

/**
 * What each status of the token endpoint means, where no word says it. A 403 without its word is a
 * gateway's, not that of a visitor's code (https://developers.monpay.mn/guide/mini-app/access-token).
 */
const BY_STATUS: Record<number, Refusal['kind']> = { 400: 'config', 401: 'config', 415: 'config' }

const BY_WORD: Record<string, Refusal['kind']> = {
  invalid_request: 'config',
  unauthorized_client: 'config', // RFC 6749 section 5.2 says invalid_client
  invalid_grant: 'invalid_code', // with 403, where RFC 6749 section 5.2 says 400
  unsupported_grant_type: 'config',
  server_error: 'provider_error',
}

/** Either form of error, at either endpoint: RFC 6749's word, or the envelope of the resources. */
function readRefusal({ status, body }: Answer): Refusal | undefined {
  const { error, error_description: description, code, info } = body
  const word = read.text(error)
  const kind = word && Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
  const isRefused = !read.isNothing(error)
  if (!isRefused && status === 200 && read.isNothing(body['intCode'])) return undefined
  // without a word of MonPay's own there is no endpoint at this address: the core says so
  const isNowhere = status === 404 || status === 405
  if (isNowhere && !kind && body['intCode'] === undefined) return undefined
  return {
    kind: kind ?? kindOfStatus(status),
    provider: isRefused
      ? { code: word, message: read.text(description) }
      : // 401 is both a bad token (1) and a missing permission (6)
        {
          code: read.text(code),
          message: read.text(info),
          details: { intCode: read.text(body['intCode']) },
        },
  }
}

function kindOfStatus(status: number): Refusal['kind'] {
  // MonPay's own faults are documented as 505; 5xx and 429 come from whatever stands before it
  const isFault = status >= 500 || status === 429
  return BY_STATUS[status] ?? (isFault ? 'provider_error' : 'bad_response')
}

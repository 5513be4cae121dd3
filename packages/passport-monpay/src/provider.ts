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

/** Options of the MonPay strategy. `callbackURL` is sent unchanged as `redirect_uri`. */
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
   * Which requests are refused by their Fetch Metadata headers. `document` accepts a page that
   * somebody opens, and a fetch of this site or of a sibling subdomain. `strict` also refuses those
   * subdomains, and pages that a link or form on another site opened. The real MonPay app may send such
   * requests. `off` refuses nothing. Default `document`.
   */
  fetchMetadata?: 'document' | 'strict' | 'off' | undefined
}

const HOSTS = {
  // the only host on MonPay's pages: https://developers.monpay.mn/en/guide/mini-app/
  staging: 'https://z-wallet.monpay.mn',
  // not on MonPay's pages; working integrations use it
  production: 'https://wallet.monpay.mn',
}

/**
 * MonPay mini apps (https://developers.monpay.mn/en/guide/mini-app/): the MonPay app sends the code.
 */
export function monpay(options: StrategyOptions): Provider<MonPayProfile> {
  const { clientID, clientSecret, callbackURL } = options
  const environment = oneOf('environment', options.environment, ['staging', 'production'])
  const { baseURL: host = HOSTS[environment] } = options
  const base = baseURL('baseURL', host, options)
  const { tokenURL = `${base}/v2/oauth/token` } = options
  const { userInfoURL = `${base}/v2/api/oauth/userinfo` } = options
  return {
    name: 'monpay',
    initiatedBy: 'provider',
    tokenURL,
    userInfoURL,
    callback: {
      code: 'code',
      fetchMetadata: oneOf('fetchMetadata', options.fetchMetadata, ['document', 'strict', 'off']),
    },
    hints: { no_code: 'MonPay opens this page with a code: tap the icon under Online services' },
    tokenRequest: ({ code }) => ({
      method: 'POST',
      form: {
        grant_type: 'authorization_code',
        code,
        // MonPay compares it with the registered URL, so it is sent unchanged
        redirect_uri: callbackURL,
        client_id: clientID,
        client_secret: clientSecret,
      },
    }),
    readTokens: ({ body }) => ({
      // some tokens begin with the scheme of the header
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
    // MonPay's page has `Bearer auth …`; plain `Bearer` works
    userInfoRequest: ({ accessToken }) => ({
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    }),
    readUser,
  }
}

/**
 * What a status of the token endpoint means if the answer has no error word. A 403 without a word
 * comes from a gateway and says nothing about the code
 * (https://developers.monpay.mn/guide/mini-app/access-token).
 */
const BY_STATUS: Record<number, Refusal['kind']> = { 400: 'config', 401: 'config', 415: 'config' }

const BY_WORD: Record<string, Refusal['kind']> = {
  invalid_request: 'config',
  unauthorized_client: 'config', // RFC 6749 section 5.2 says invalid_client
  invalid_grant: 'invalid_code', // with 403, where RFC 6749 section 5.2 says 400
  unsupported_grant_type: 'config',
  server_error: 'provider_error',
}

/** An error of either endpoint: RFC 6749's form, or the form of MonPay's resources. */
function readRefusal({ status, body }: Answer): Refusal | undefined {
  const { error, code, info, message } = body
  const isRefused = !read.isNothing(error)
  // MonPay's page has a table of the words, and does not say in which member they come
  const word = read.text(isRefused ? error : code)
  const kind = word && Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
  // a 201 is no refusal: the core reports that the status is not the documented one
  if (!isRefused && !kind && status < 300 && read.isNothing(body['intCode'])) return undefined
  // not an answer of MonPay: the core reports that there is no endpoint at this address
  const isNowhere = status === 404 || status === 405
  if (isNowhere && !kind && read.isNothing(body['intCode'])) return undefined
  return {
    kind: kind ?? kindOfStatus(status),
    // the core finds the words of RFC 6749's form; a bad token has 401 and intCode 1, a missing
    // permission 401 and intCode 6
    ...(!isRefused && {
      provider: {
        code: read.text(code),
        message: read.text(info) ?? read.text(message),
        details: { intCode: read.text(body['intCode']) },
      },
    }),
  }
}

function kindOfStatus(status: number): Refusal['kind'] {
  // MonPay documents 505 for its own faults; a gateway sends other 5xx and 429
  const isFault = status >= 500 || status === 429
  return BY_STATUS[status] ?? (isFault ? 'provider_error' : 'bad_response')
}

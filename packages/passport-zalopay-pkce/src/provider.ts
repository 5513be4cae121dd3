import type { Provider } from 'passport-code-flow'
import { checkOptions, type ProviderOptions, readEndpoints, readLaunchURL } from './options.js'
import { parseProfile, type ZaloPayProfile } from './profile.js'
import { readRefusal, readTokens } from './token-answer.js'

/** ZaloPay mini apps (https://beta-docs.zalopay.vn/docs/miniapp/user/get-auth-code): the page's SDK gets the code. */
export function zalopay(options: ProviderOptions): Provider<ZaloPayProfile> {
  checkOptions(options)
  const { clientSecret, challengeEncoding = 'hex', fields = [] } = options
  const { tokenURL, userInfoURL } = readEndpoints(options)
  const launchURL = readLaunchURL(options)
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
    hints: { start: 'set the option launchURL' },
    ...(launchURL && {
      // both are base64url, which needs no escaping
      start: ({ id, codeChallenge }) => `${launchURL}&codeChallenge=${codeChallenge}&login=${id}`,
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
    readTokens,
    // classifyError knows the token endpoint's errors alone
    readRefusal: (answer, step) =>
      readRefusal(answer, step === 'profile' ? undefined : options.classifyError),
    profileRequest: (accessToken) => ({
      method: 'GET',
      url: userInfoURL,
      headers: { 'x-secret-key': clientSecret, authorization: `Bearer ${accessToken}` },
      ...(fields.length > 0 && { query: { fields: fields.join(',') } }),
    }),
    parseProfile,
  }
}

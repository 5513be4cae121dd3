import { baseURL, endpoint, type Provider, read, refuseOption } from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import { type MonPayProfile, parseProfile } from './profile.js'
import { readRefusal } from './refusal.js'

const HOSTS = {
  // the only host the pages print: https://developers.monpay.mn/en/guide/mini-app/
  staging: 'https://z-wallet.monpay.mn',
  // on no page; seen in production use
  production: 'https://wallet.monpay.mn',
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

import { CALLBACK_URL, CLIENT_ID, CLIENT_SECRET } from './application.mjs'
import { standardCallback } from './standard.mjs'

/** openid-client's Passport strategy. A provider that does not announce PKCE gets state as well. */
export const openidClient = {
  name: 'openid-client',
  kind: 'peer',
  provider: 'standard',
  floor: 'floor (standard)',
  starts: true,
  async load() {
    const [client, { Strategy }] = await Promise.all([
      import('openid-client'),
      import('openid-client/passport'),
    ])
    return { client, Strategy }
  },
  create({ client, Strategy }, url) {
    const server = {
      issuer: `${url}/standard`,
      authorization_endpoint: `${url}/standard/authorize`,
      token_endpoint: `${url}/standard/token`,
      userinfo_endpoint: `${url}/standard/userinfo`,
    }
    const authentication = client.ClientSecretPost(CLIENT_SECRET)
    const config = new client.Configuration(server, CLIENT_ID, CLIENT_SECRET, authentication)
    if (url.startsWith('http:')) client.allowInsecureRequests(config)
    const verify = (tokens, done) =>
      client
        .fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)
        .then((profile) => done(null, profile), done)
    const options = { config, name: 'login', scope: 'profile email', callbackURL: CALLBACK_URL }
    return new Strategy(options, verify)
  },
  callback: standardCallback,
}

import { createApp } from './app.js'

const { env } = process
const settingsOf = (name: string) => ({
  clientID: env[`${name}_CLIENT_ID`] ?? '',
  clientSecret: env[`${name}_CLIENT_SECRET`] ?? '',
  callbackURL: env[`${name}_CALLBACK_URL`] ?? '',
  baseURL: env[`${name}_BASE_URL`], // without it: the strategy's default
  userInfoURL: env[`${name}_USER_INFO_URL`], // only ZaloPay's strategy has no default
  environment: env[`${name}_ENVIRONMENT`] as 'production' | undefined, // without it: for tests
})
const settings = {
  monpay: settingsOf('MONPAY'),
  zalopay: { ...settingsOf('ZALOPAY'), launchURL: '/auth/zalopay/launch' },
  moneypools: settingsOf('MONEYPOOLS'),
  sdkURL: env['ZALOPAY_SDK_URL'] ?? '',
}
// SESSION_SECRET is the output of `openssl rand -hex 32`.
const app = createApp(settings, env['SESSION_SECRET'] ?? '')
const port = env['PORT'] ?? 3000
app.listen(port, (error) => {
  if (error) throw error // such as EADDRINUSE: another program has this port
  console.log(`Listening on port ${port}`)
})

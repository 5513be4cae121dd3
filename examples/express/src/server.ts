import { createApp } from './app.js'

const { env } = process
const settingsOf = (name: string) => ({
  clientID: env[`${name}_CLIENT_ID`] ?? '',
  clientSecret: env[`${name}_CLIENT_SECRET`] ?? '',
  callbackURL: env[`${name}_CALLBACK_URL`] ?? '',
  baseURL: env[`${name}_BASE_URL`], // absent: the strategy's default
  environment: env[`${name}_ENVIRONMENT`] as 'production' | undefined, // absent: for tests
})
const zalopay = { userInfoURL: env['ZALOPAY_USER_INFO_URL'], launchURL: '/auth/zalopay/launch' }
const settings = {
  monpay: settingsOf('MONPAY'),
  zalopay: { ...settingsOf('ZALOPAY'), ...zalopay },
  moneypools: settingsOf('MONEYPOOLS'),
  sdkURL: env['ZALOPAY_SDK_URL'] ?? '',
}
// SESSION_SECRET is the output of `openssl rand -hex 32`.
export const app = createApp(settings, env['SESSION_SECRET'] ?? '')
const port = env['PORT'] ?? 3000
function explain(error?: Error) {
  if (!error) return
  console.error(`PORT ${port} cannot be used: ${error.message}`)
  process.exitCode = 1
}
if (require.main === module) app.listen(port, explain) // not in a test

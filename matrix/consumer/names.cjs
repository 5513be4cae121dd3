// What each package exports, and an application that constructs all three strategies.
const NAMES = {
  'passport-code-flow': [
    'CodeFlowStrategy',
    'LoginError',
    'failureMessage',
    'memoryOnce',
    'postgresOnce',
    'redisOnce',
    'safeReturnTo',
    'strategyFor',
  ],
  'passport-monpay': ['Strategy'],
  'passport-zalopay-pkce': ['Strategy', 'launchPage'],
  'passport-zalopay-pkce/browser': ['requestLogin'],
  'passport-moneypools': ['Strategy'],
  'passport-provider-simulators': ['startMonPay', 'startSngine', 'startZaloPay'],
}

/** Throws unless the loaded packages export their names and their strategies can be constructed. */
exports.check = (loaded) => {
  for (const [name, exported] of Object.entries(NAMES)) {
    for (const one of exported) {
      if (typeof loaded[name][one] !== 'function') throw new Error(`${name} exports no ${one}`)
      if (loaded[name][one].name !== one) throw new Error(`${name} exports ${one} under another name`)
    }
  }
  const app = { clientSecret: 'secret', callbackURL: 'https://app.example/callback' }
  const baseURL = 'https://provider.example'
  const verify = (accessToken, refreshToken, profile, done) => done(null, profile)
  const strategies = [
    new loaded['passport-monpay'].Strategy({ ...app, clientID: 'id' }, verify),
    new loaded['passport-zalopay-pkce'].Strategy({ ...app, clientID: 1, baseURL, userInfoURL: '/user' }, verify),
    new loaded['passport-moneypools'].Strategy({ ...app, clientID: 'id' }, verify),
  ]
  const names = strategies.map((strategy) => strategy.name).join()
  if (names !== 'monpay,zalopay,moneypools') throw new Error(`the strategies are named ${names}`)
  const { CodeFlowStrategy } = loaded['passport-code-flow']
  if (!strategies.every((strategy) => strategy instanceof CodeFlowStrategy))
    throw new Error('there are two copies of the core')
  return names
}

exports.NAMES = NAMES

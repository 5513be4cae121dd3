const passport = require('passport')
const { check, NAMES } = require('./names.cjs')

it('all packages load in Jest and all strategies can be constructed', () => {
  const loaded = Object.fromEntries(Object.keys(NAMES).map((name) => [name, require(name)]))
  expect(check(loaded)).toBe('monpay,zalopay,moneypools')
})

it('a login with a simulator succeeds in Jest', async () => {
  const { Strategy } = require('passport-monpay')
  const { startMonPay } = require('passport-provider-simulators')
  const monpay = await startMonPay({ callbackURL: 'http://127.0.0.1:9/auth/monpay' })
  try {
    const { clientID, clientSecret, url: baseURL, callbackURL } = monpay
    const verify = (accessToken, refreshToken, profile, done) => done(null, profile)
    const strategy = new Strategy({ clientID, clientSecret, baseURL, callbackURL }, verify)
    const { pathname, search } = new URL(monpay.openURL())
    const req = { method: 'GET', url: pathname + search, headers: {} }
    const answer = await new Promise((resolve) => {
      const report = (error, user, info) => resolve({ error, user, info })
      passport.use(strategy).authenticate('monpay', report)(req, {}, report)
    })
    expect(answer.error).toBeNull()
    expect(answer.user).toMatchObject({ provider: 'monpay', id: expect.any(String) })
  } finally {
    await monpay.close()
  }
})

// Three logins on Express, with the versions of Express, Passport and sessions that it is given.
const { failureMessage } = require('passport-code-flow')
const { Strategy: MoneyPools } = require('passport-moneypools')
const { Strategy: MonPay } = require('passport-monpay')
const { launchPage, Strategy: ZaloPay } = require('passport-zalopay-pkce')

exports.createApp = ({ express, passport, sessions }, settings) => {
  const verify = (accessToken, refreshToken, { provider, id }, done) => done(null, { provider, id })
  passport.use(new MonPay(settings.monpay, verify))
  passport.use(new ZaloPay(settings.zalopay, verify))
  passport.use(new MoneyPools(settings.moneypools, verify))
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user, done) => done(null, user))

  const app = express()
  app.use(sessions, express.urlencoded({ extended: false }), passport.session())
  const finish = (name) => (req, res, next) => {
    const answer = (error, user, info, status) => {
      if (error) return next(error)
      if (!user) return res.status(status).send(failureMessage(info.code, 'en'))
      req.logIn(user, (problem) => (problem ? next(problem) : res.redirect(303, '/')))
    }
    passport.authenticate(name, answer)(req, res, next)
  }
  app.get('/', (req, res) => res.send(req.user ?? '<button formaction="/auth/zalopay">'))
  app.get('/auth/monpay', finish('monpay'))
  app.post('/auth/zalopay', passport.authenticate('zalopay'))
  app.get('/auth/zalopay/launch', launchPage({ ...settings.zalopay, sdkURL: settings.sdkURL }))
  app.all('/auth/zalopay/callback', finish('zalopay'))
  app.post('/auth/moneypools', passport.authenticate('moneypools'))
  app.get('/auth/moneypools/callback', finish('moneypools'))
  return app
}

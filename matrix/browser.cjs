// An application with helmet's defaults in a real browser: how its headers change logins.
const express = require('express')
const session = require('express-session')
const helmet = require('helmet')
const { Passport } = require('passport')
const { Strategy: MoneyPools } = require('passport-moneypools')
const { Strategy: ZaloPay } = require('passport-zalopay-pkce')
const { chromium } = require(process.env.MATRIX_PLAYWRIGHT)
const { startProviders } = require('./simulated/index.js')
const { expect, listen, report } = require('./visit.cjs')

const BUTTON = '<form method="post" action="/auth/moneypools"><button>MoneyPools</button></form>'
const verify = (accessToken, refreshToken, { provider, id }, done) => done(null, { provider, id })

/**
 * An application on a free port, and its providers; `allow` is what `form-action` allows besides.
 */
async function openApp(allow) {
  const app = express()
  const { url, close: closeServer } = await listen(app)
  const providers = await startProviders(url)
  const zalopay = new ZaloPay(providers.settings.zalopay, verify)
  const passport = new Passport()
  passport.use(zalopay).use(new MoneyPools(providers.settings.moneypools, verify))
  const directives = {
    ...(allow && { 'form-action': ["'self'", allow(providers)] }),
    // the pages of this test are http:
    'upgrade-insecure-requests': null,
  }
  app.use(helmet({ contentSecurityPolicy: { directives } }))
  app.use(session({ secret: 'a secret', resave: false, saveUninitialized: false }))
  app.use(express.urlencoded({ extended: false }))
  app.get('/', (_req, res) => res.send(BUTTON))
  app.post('/auth/moneypools', passport.authenticate('moneypools'))
  // a page of the application that has the code already, and posts it
  const writePage = ({ codeChallenge, login }) => {
    const code = providers.zalopay.issueCode({ codeChallenge })
    return `<form method="post" action="/auth/zalopay/callback">
      <input type="hidden" name="code" value="${code}">
      <input type="hidden" name="login" value="${login}">
      <button>Go</button>
    </form>`
  }
  app.get('/own', (req, res, next) => {
    zalopay.createChallenge(req).then((challenge) => res.send(writePage(challenge)), next)
  })
  app.post('/auth/zalopay/callback', (req, res, next) => {
    const answer = (error, user, info) => {
      if (error) return next(error)
      return res.send(user ? `logged in: ${user.provider}` : `${info.code}: ${info.reason}`)
    }
    passport.authenticate('zalopay', answer)(req, res, next)
  })
  const close = async () => {
    await closeServer()
    await providers.close()
  }
  return { url, providers, close }
}

/** Opens a page and presses its button; `examine` waits for the result. */
async function press(path, allow, examine) {
  const app = await openApp(allow)
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  const browser = await chromium.launch({ executablePath: process.env.MATRIX_CHROMIUM, args })
  try {
    const page = await browser.newPage()
    await page.goto(app.url + path)
    const examined = examine(page, app)
    await page.click('button')
    await examined
  } finally {
    await browser.close()
    await app.close()
  }
}

void report({
  "helmet's defaults: an own page posts ZaloPay's code (FR08)": () =>
    press('/own', undefined, async (page, { url }) => {
      await page.waitForURL(`${url}/auth/zalopay/callback`, { timeout: 5000 })
      expect(await page.textContent('body'), 'logged in: zalopay')
    }),
  "helmet's defaults: form-action stops MoneyPools' button (FR29)": () =>
    press('/', undefined, async (page, { url }) => {
      const predicate = (message) => message.text().includes('form-action')
      await page.waitForEvent('console', { predicate, timeout: 5000 })
      expect(page.url(), `${url}/`)
    }),
  "helmet with the site in form-action: MoneyPools' button works (FR29)": () =>
    press(
      '/',
      ({ moneypools }) => moneypools.url,
      (page, { providers }) => page.waitForURL(`${providers.moneypools.url}/**`, { timeout: 5000 }),
    ),
})

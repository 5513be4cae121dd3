import Koa from 'koa'
import { KoaPassport } from 'koa-passport'
import { LoginError } from 'passport-code-flow'
import { Strategy } from 'passport-moneypools'
import { describeExample } from '../../../test/example'
import { keep } from '../../../test/keep'
import { listen } from '../../../test/server'
import { LOGINS, openBrowser } from '../../simulated/src/index'
import { createApp } from '../src/app'

// oxlint-disable-next-line typescript/no-misused-promises -- Koa's own handler never rejects
const serve = (app: Koa) => listen(app.callback())

const example = describeExample(
  (settings) => serve(Object.assign(createApp(settings, 'a secret of the shop'), { silent: true })),
  [400, 404],
)

it('gives the session a new name at the login, and the old one is worth nothing', async () => {
  const browser = openBrowser(example.url)
  await browser.visit('/auth/zalopay', {})
  const planted = new Map(browser.cookies)
  await LOGINS.monpay(browser, example.providers)
  expect(JSON.parse((await browser.visit('/')).text)).toMatchObject({ provider: 'monpay' })
  const thief = openBrowser(example.url)
  for (const [name, value] of planted) thief.cookies.set(name, value)
  expect(planted.size).toBeGreaterThan(0)
  expect((await thief.visit('/')).text).toContain('<button')
})

it('without a session a login ends at once in a LoginError that says so', async () => {
  const passport = new KoaPassport()
  const { moneypools } = example.providers.settings
  passport.use(new Strategy(moneypools, async (_token, _refresh, user) => user))
  const errors: unknown[] = []
  const app = new Koa().use(passport.authenticate('moneypools'))
  app.on('error', (error) => errors.push(error))
  const { url } = await keep(serve(app))
  expect((await openBrowser(url).visit('/auth/moneypools', {})).status).toBe(500)
  expect(errors).toEqual([expect.any(LoginError)])
  expect(errors).toMatchObject([{ code: 'config', step: 'start' }])
})

import { Controller, Module, Post, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { failureMessage } from 'passport-code-flow'
import { askTarget, NO_PATHS } from '../../../test/server'
import { checkLogin, LOGINS, openBrowser, startProviders } from '../../simulated/src/index'
import { createApp } from '../src/app'
import { loginGuard } from '../src/login-guard'
import { MoneyPoolsStrategy } from '../src/strategies'

let providers: Awaited<ReturnType<typeof startProviders>>
let app: Awaited<ReturnType<typeof createApp>>
let url: string

beforeEach(async () => {
  providers = await startProviders('http://shop.test')
  app = await createApp(providers.settings, 'a secret of the shop')
  await app.listen(0, '127.0.0.1')
  url = await app.getUrl()
})

afterEach(async () => {
  app.getHttpServer().closeAllConnections()
  await app.close()
  await providers.close()
})

it.each(['monpay', 'zalopay', 'moneypools'] as const)('logs in with %s', async (name) => {
  await expect(checkLogin(url, providers, name)).resolves.toBeUndefined()
})

it('FR34 answers a login that is not ours with the text of its failure', async () => {
  const page = await openBrowser(url).visit('/auth/zalopay/callback?code=stolen')
  const message = failureMessage('no_pending_login', 'en')
  expect(page).toMatchObject({ status: 403, text: expect.stringContaining(message) as unknown })
})

it("FR34 answers with the LoginError's status when a provider is down", async () => {
  providers.moneypools.misbehave('status-500')
  expect((await LOGINS.moneypools(openBrowser(url), providers)).status).toBe(502)
})

it.each(NO_PATHS)('answers 404 to %s %s, which is no path', async (method, target) => {
  expect(await askTarget(url, method, target)).toBe(404)
})

it('without a session a login ends at once with the status of its LoginError', async () => {
  @Controller()
  class LoginController {
    @Post('auth/moneypools')
    @UseGuards(loginGuard('moneypools'))
    start(): void {}
  }
  const { moneypools } = providers.settings
  const useFactory = () => new MoneyPoolsStrategy(moneypools)
  @Module({
    controllers: [LoginController],
    providers: [{ provide: MoneyPoolsStrategy, useFactory }],
  })
  class Sessionless {}
  await app.close()
  app = await NestFactory.create<NestExpressApplication>(Sessionless, { logger: false })
  await app.listen(0, '127.0.0.1')
  const page = await openBrowser(await app.getUrl()).visit('/auth/moneypools', {})
  const message = failureMessage('config', 'en')
  expect(page).toMatchObject({ status: 500, text: expect.stringContaining(message) as unknown })
})

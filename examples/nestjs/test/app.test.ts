import { Controller, Module, Post, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { failureMessage } from 'passport-code-flow'
import { describeExample } from '../../../test/example'
import { keep } from '../../../test/keep'
import { openBrowser } from '../../simulated/src/index'
import { createApp } from '../src/app'
import { loginGuard } from '../src/login-guard'
import { MoneyPoolsStrategy } from '../src/strategies'

async function serve(app: NestExpressApplication) {
  await app.listen(0, '127.0.0.1')
  const close = () => {
    app.getHttpServer().closeAllConnections()
    return app.close()
  }
  return { url: await app.getUrl(), close }
}

const example = describeExample(
  async (settings) => serve(await createApp(settings, 'a secret of the shop')),
  [404],
  { textOf: (message) => JSON.stringify({ statusCode: 403, message }) },
)

it('without a session a login ends at once with the status of its LoginError', async () => {
  @Controller()
  class LoginController {
    @Post('auth/moneypools')
    @UseGuards(loginGuard('moneypools'))
    start(): void {}
  }
  const { moneypools } = example.providers.settings
  const useFactory = () => new MoneyPoolsStrategy(moneypools)
  @Module({
    controllers: [LoginController],
    providers: [{ provide: MoneyPoolsStrategy, useFactory }],
  })
  class Sessionless {}
  const app = await NestFactory.create<NestExpressApplication>(Sessionless, { logger: false })
  const { url } = await keep(serve(app))
  const { status, text } = await openBrowser(url).visit('/auth/moneypools', {})
  expect(status).toBe(500)
  expect(text).toContain(failureMessage('config', 'en'))
})

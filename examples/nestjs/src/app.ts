import 'reflect-metadata'
import {
  All,
  applyDecorators,
  Controller,
  Get,
  Header,
  Module,
  Post,
  Redirect,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Settings } from 'example-simulated'
import type { NextFunction, Request, Response } from 'express'
import session from 'express-session'
import passport from 'passport'
import { launchPage } from 'passport-zalopay-pkce'
import { loginGuard } from './login-guard.js'
import { MoneyPoolsStrategy, MonPayStrategy, ZaloPayStrategy } from './strategies.js'

const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

/** Three logins on Nest; `secret` signs the session cookie. MonPay starts its own logins. */
export async function createApp(settings: Settings, secret: string) {
  const launch = launchPage({ sdkURL: settings.sdkURL, callbackURL: settings.zalopay.callbackURL })
  const Start = (name: string) => UseGuards(loginGuard(name))
  const Finish = (name: string) => applyDecorators(Start(name), Redirect('/', 303))

  @Controller()
  class LoginController {
    @Get() @Header('Cache-Control', 'no-store') show(@Req() req: Request): Express.User | string {
      return req.user ?? HOME
    }
    @Get('auth/monpay') @Finish('monpay') finishMonPay(): void {}
    @Post('auth/zalopay') @Start('zalopay') startZaloPay(): void {}
    @Get('auth/zalopay/launch') launchZaloPay(@Req() req: Request, @Res() res: Response): void {
      launch(req, res)
    }
    @All('auth/zalopay/callback') @Finish('zalopay') finishZaloPay(): void {}
    @Post('auth/moneypools') @Start('moneypools') startMoneyPools(): void {}
    @Get('auth/moneypools/callback') @Finish('moneypools') finishMoneyPools(): void {}
  }

  const useFactory = () => [
    new MonPayStrategy(settings.monpay),
    new ZaloPayStrategy(settings.zalopay),
    new MoneyPoolsStrategy(settings.moneypools),
  ]
  @Module({ controllers: [LoginController], providers: [{ provide: 'strategies', useFactory }] })
  class AppModule {}

  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false })
  // a target such as `*` names no page and would get no session
  app.use((req: Request, _res: Response, next: NextFunction) =>
    next(req.path.startsWith('/') ? undefined : 'router'),
  )
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }))
  app.use(passport.session())
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  return app
}

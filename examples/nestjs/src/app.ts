import 'reflect-metadata'
import {
  Controller,
  Get,
  Inject,
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
import type { Request, Response } from 'express'
import session from 'express-session'
import passport from 'passport'
import { launchPage } from 'passport-zalopay-pkce'
import { loginGuard } from './login-guard.js'
import { MoneyPoolsStrategy, MonPayStrategy, ZaloPayStrategy } from './strategies.js'

const SETTINGS = 'settings'

/** Where a person starts; MonPay's logins start on its phone. */
const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

@Controller()
class LoginController {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  @Get()
  showStart(): string {
    return HOME
  }

  @Get('auth/monpay')
  @UseGuards(loginGuard('monpay'))
  @Redirect('/me', 303)
  finishMonPay(): void {}

  @Post('auth/zalopay')
  @UseGuards(loginGuard('zalopay'))
  startZaloPay(): void {}

  @Get('auth/zalopay/launch')
  launchZaloPay(@Req() req: Request, @Res() res: Response): void {
    launchPage({ ...this.settings.zalopay, sdkURL: this.settings.sdkURL })(req, res)
  }

  @Get('auth/zalopay/callback')
  @UseGuards(loginGuard('zalopay'))
  @Redirect('/me', 303)
  finishZaloPay(): void {}

  @Post('auth/zalopay/callback')
  @UseGuards(loginGuard('zalopay'))
  @Redirect('/me', 303)
  finishPostedZaloPay(): void {}

  @Post('auth/moneypools')
  @UseGuards(loginGuard('moneypools'))
  startMoneyPools(): void {}

  @Get('auth/moneypools/callback')
  @UseGuards(loginGuard('moneypools'))
  @Redirect('/me', 303)
  finishMoneyPools(): void {}

  @Get('me')
  showUser(@Req() req: Request): string {
    return JSON.stringify(req.user ?? null)
  }
}

/** Three logins on Nest; `secret` signs the session cookie. */
export async function createApp(settings: Settings, secret: string) {
  @Module({
    controllers: [LoginController],
    providers: [
      { provide: SETTINGS, useValue: settings },
      { provide: MonPayStrategy, useFactory: () => new MonPayStrategy(settings.monpay) },
      { provide: ZaloPayStrategy, useFactory: () => new ZaloPayStrategy(settings.zalopay) },
      {
        provide: MoneyPoolsStrategy,
        useFactory: () => new MoneyPoolsStrategy(settings.moneypools),
      },
    ],
  })
  class AppModule {}

  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false })
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }))
  app.use(passport.session())
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  return app
}

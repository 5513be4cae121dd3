import * as core from 'passport-code-flow'
import { LoginError, memoryOnce } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { startMonPay, startSngine, startZaloPay } from 'passport-provider-simulators'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'
import { requestLogin } from 'passport-zalopay-pkce/browser'
import { check } from './names.cjs'

const names = check({
  'passport-code-flow': { ...core, LoginError, memoryOnce },
  'passport-monpay': { Strategy: MonPay },
  'passport-zalopay-pkce': { Strategy: ZaloPay, launchPage },
  'passport-zalopay-pkce/browser': { requestLogin },
  'passport-moneypools': { Strategy: MoneyPools },
  'passport-provider-simulators': { startMonPay, startSngine, startZaloPay },
})
console.log('import:', names)

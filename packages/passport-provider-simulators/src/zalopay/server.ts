import type { Dialect } from '../faults.js'
import { answerJSON, type Endpoint, readObject, type Visit } from '../http.js'
import { randomDigits, randomText } from '../ids.js'
import { NewestMap } from '../newest.js'
import { openLedger, openSimulator } from '../simulator.js'
import {
  SETTINGS,
  type ZaloPayCodeRequest,
  type ZaloPayOptions,
  type ZaloPaySimulator,
} from './options.js'
import { answerScreen } from './pages.js'
import { answerSdk } from './sdk.js'
import {
  answerTokenRequest,
  describeError,
  issueCode,
  redirectURI,
  type ZaloPayLedger,
} from './token.js'
import { answerUserInfo } from './user-info.js'
import { seedUsers } from './users.js'

/** Documented by https://beta-docs.zalopay.vn/docs/specs/get-access-token. */
const TOKEN_PATH = '/oauth/v1/access_token'

/** No public text gives ZaloPay's path. This name says that it is not the real one. */
const USER_INFO_PATH = '/simulated/user-info'

const CODE_INVALID = describeError('CODE_INVALID', 3, 'Mã xác thực không hợp lệ')

const DIALECT: Dialect = {
  addError: (body) => ({ ...readObject(body), ...CODE_INVALID }),
  localizedError: () => answerJSON(200, CODE_INVALID),
  serverError: () => describeError('SYSTEM_ERROR', 13, 'Hệ thống đang bảo trì'),
}

function findEndpoint({ path, json }: Visit): Endpoint | undefined {
  if (path === USER_INFO_PATH) return 'profile'
  if (path !== TOKEN_PATH) return undefined
  return Object.hasOwn(readObject(json), 'refresh_token') ? 'refresh' : 'token'
}

/** Starts a ZaloPay on 127.0.0.1: the token and user-info endpoints and the in-app SDK. */
export async function startZaloPay(options: ZaloPayOptions = {}): Promise<ZaloPaySimulator> {
  const credentials = { clientID: randomDigits(5), clientSecret: randomText(32) }
  const ledger: ZaloPayLedger = {
    ...openLedger(options, { settings: SETTINGS, seedUsers, ...credentials }),
    codes: new NewestMap(),
    accessTokens: new NewestMap(),
    refreshTokens: new NewestMap(),
    chosen: undefined,
  }
  if (!/^\d+$/.test(ledger.clientID)) throw new TypeError('clientID must be decimal digits')
  const simulator = await openSimulator(ledger, options, {
    dialect: DIALECT,
    findEndpoint,
    answer(visit) {
      if (visit.path === TOKEN_PATH) return answerTokenRequest(visit, ledger)
      if (visit.path === USER_INFO_PATH) return answerUserInfo(visit, ledger)
      return answerSdk(visit, ledger) ?? answerScreen(visit, ledger)
    },
  })
  return Object.assign(simulator, {
    sdkURL: `${simulator.url}/sdk.js`,
    userInfoURL: simulator.url + USER_INFO_PATH,
    issueCode: (request: ZaloPayCodeRequest) => issueCode(ledger, request),
    redirectURI: (code: string, { withState }: { withState?: boolean } = {}) =>
      redirectURI(ledger, code, withState),
  })
}

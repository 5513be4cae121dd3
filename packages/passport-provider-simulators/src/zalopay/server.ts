import type { Dialect } from '../faults.js'
import { answerJSON, type Endpoint, readObject, type Visit } from '../http.js'
import { randomDigits, randomText } from '../ids.js'
import { checkOptions } from '../options.js'
import { copyData, createSimulator, readBehaviour, register } from '../simulator.js'
import { startSite } from '../site.js'
import {
  ZALOPAY_OPTIONS,
  type ZaloPayBehaviour,
  type ZaloPayCodeRequest,
  type ZaloPayOptions,
  type ZaloPaySimulator,
  type ZaloPayUser,
} from './options.js'
import { answerScreen } from './pages.js'
import { answerSdk } from './sdk.js'
import {
  answerTokenRequest,
  describeZaloPayError,
  recognizeChallenge,
  type ZaloPayLedger,
} from './token.js'
import { answerUserInfo } from './user-info.js'
import { seedZaloPayUsers } from './users.js'

/** Documented by https://beta-docs.zalopay.vn/docs/specs/get-access-token. */
const TOKEN_PATH = '/oauth/v1/access_token'

/** No public text gives ZaloPay's path. This name says that it is not the real one. */
const USER_INFO_PATH = '/simulated/user-info'

const DIALECT: Dialect = {
  addError: (body) => ({
    ...readObject(body),
    ...describeZaloPayError('CODE_INVALID', 3, 'Mã xác thực không hợp lệ'),
  }),
  localizedError: () =>
    answerJSON(200, describeZaloPayError('CODE_INVALID', 3, 'Mã xác thực không hợp lệ')),
  serverError: () => describeZaloPayError('SYSTEM_ERROR', 13, 'Hệ thống đang bảo trì'),
}

const BEHAVIOUR: ZaloPayBehaviour = {
  scope: ['user.phone', 'user.name', 'user.avatar'],
  challenge: 'both',
  generateCodeChallenge: 'works',
  show: 'document',
  errorStatus: 200,
  codeLifetime: 600_000,
  reuse: 'refuse',
  codeLength: 64,
  accessLifetime: 3_600_000,
  refreshLifetime: 2_592_000_000,
  expiresIn: 'lifetime',
  refreshToken: 'rotate',
  email: 'any-scope',
  numbers: 'integer',
  frontImage: 'identity_image_front',
  errorCodes: 'text',
  withState: true,
}

function findEndpoint({ path, json }: Visit): Endpoint | undefined {
  if (path === USER_INFO_PATH) return 'profile'
  if (path !== TOKEN_PATH) return undefined
  return Object.hasOwn(readObject(json), 'refresh_token') ? 'refresh' : 'token'
}

/** Starts a ZaloPay on 127.0.0.1: the token and user-info endpoints and the in-app SDK. */
export async function startZaloPay(options: ZaloPayOptions = {}): Promise<ZaloPaySimulator> {
  checkOptions(options, ZALOPAY_OPTIONS)
  const seed = () => copyData(options.users ?? seedZaloPayUsers())
  const users = seed()
  const now = options.now ?? Date.now
  const clientID = options.clientID ?? randomDigits(5)
  if (!/^\d+$/.test(clientID)) throw new TypeError('clientID must be decimal digits')
  const ledger: ZaloPayLedger = {
    clientID,
    clientSecret: options.clientSecret ?? randomText(32),
    app: register(options),
    behaviour: readBehaviour(BEHAVIOUR, options),
    now,
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
  }
  let owner: ZaloPayUser | undefined
  const parts = {
    clientID,
    users,
    behaviour: ledger.behaviour,
    siteURL: () => site.url,
    port: () => site.port,
    sdkURL: () => `${site.url}/sdk.js`,
    app: ledger.app,
    owner: () => users.find((user) => user === owner) ?? users[0],
    logIn(user: ZaloPayUser) {
      owner = user
    },
    issueCode,
    redirectURI,
  }
  const site = await startSite({
    port: options.port ?? 0,
    now,
    dialect: DIALECT,
    findEndpoint,
    answer(visit) {
      if (visit.path === TOKEN_PATH) return answerTokenRequest(visit, ledger)
      if (visit.path === USER_INFO_PATH) return answerUserInfo(visit, ledger, site.url)
      return answerSdk(visit, parts) ?? answerScreen(visit, parts)
    },
  })

  function issueCode({ codeChallenge, user = users[0], scope }: ZaloPayCodeRequest): string {
    const { behaviour } = ledger
    if (!user) throw new TypeError('There is no user to issue a code for')
    const form = recognizeChallenge(codeChallenge)
    if (!form || (behaviour.challenge !== 'both' && behaviour.challenge !== form)) {
      throw new TypeError('codeChallenge has no accepted form')
    }
    const code = randomText(behaviour.codeLength)
    ledger.codes.set(code, {
      grant: { user, scope: [...(scope ?? behaviour.scope)] },
      challenge: codeChallenge,
      issuedAt: now(),
      used: false,
    })
    return code
  }

  function redirectURI(code: string, { withState = ledger.behaviour.withState } = {}): string {
    const { callbackURL } = ledger.app
    const mark = callbackURL.includes('?') ? '&' : '?'
    return `${callbackURL}${mark}code=${code}${withState ? '&state=' : ''}`
  }

  return createSimulator(site, ledger.app, {
    clientID,
    clientSecret: ledger.clientSecret,
    sdkURL: parts.sdkURL(),
    userInfoURL: site.url + USER_INFO_PATH,
    users,
    behaviour: ledger.behaviour,
    issueCode,
    redirectURI,
    reset() {
      users.splice(0, users.length, ...seed())
      Object.assign(ledger.behaviour, readBehaviour(BEHAVIOUR, options))
      ledger.codes.clear()
      ledger.accessTokens.clear()
      ledger.refreshTokens.clear()
      owner = undefined
      site.forget()
    },
  })
}

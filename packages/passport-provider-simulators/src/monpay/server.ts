import type { Dialect } from '../faults.js'
import { type Endpoint, readObject } from '../http.js'
import { randomText } from '../ids.js'
import { NewestMap } from '../newest.js'
import { openLedger, openSimulator } from '../simulator.js'
import { type MonPayOptions, type MonPaySimulator, type MonPayUser, SETTINGS } from './options.js'
import { answerPhone } from './pages.js'
import { exchangeCode, issueCode, type MonPayLedger, openingURL, refuseToken } from './token.js'
import { answerUserInfo, refuseResource } from './user-info.js'
import { seedUsers } from './users.js'

const ENDPOINTS: Record<string, Endpoint> = {
  '/v2/oauth/token': 'token',
  '/v2/api/oauth/userinfo': 'profile',
}

const DIALECT: Dialect = {
  addError: (body, endpoint) =>
    endpoint === 'token'
      ? { ...readObject(body), error: 'invalid_grant', error_description: 'code is wrong' }
      : { ...readObject(body), code: 'BAD_REQUEST', intCode: 5 },
  localizedError: (endpoint) =>
    endpoint === 'token'
      ? refuseToken(403, 'invalid_grant', 'Код буруу эсвэл хугацаа нь дууссан байна')
      : refuseResource(401, 'UNAUTHORIZED', 1, 'Нэвтрэх эрхийн хугацаа дууссан байна'),
  serverError: (endpoint) =>
    endpoint === 'token'
      ? { error: 'server_error', error_description: 'server error' }
      : { code: 'INTERNAL_ERROR', intCode: 999, info: 'Системийн алдаа' },
}

/** Starts a MonPay on 127.0.0.1: the token and user-info endpoints and a phone screen to click. */
export async function startMonPay(options: MonPayOptions = {}): Promise<MonPaySimulator> {
  const credentials = { clientID: randomText(16), clientSecret: randomText(32) }
  const ledger: MonPayLedger = {
    ...openLedger(options, { settings: SETTINGS, seedUsers, ...credentials }),
    codes: new NewestMap(),
    tokens: new NewestMap(),
  }
  const simulator = await openSimulator(ledger, options, {
    dialect: DIALECT,
    findEndpoint: ({ path }) => ENDPOINTS[path],
    answer(visit) {
      const endpoint = ENDPOINTS[visit.path]
      if (endpoint === 'token') return exchangeCode(visit, ledger)
      if (endpoint === 'profile') return answerUserInfo(visit, ledger)
      return answerPhone(visit, ledger)
    },
  })
  return Object.assign(simulator, {
    issueCode: (user?: MonPayUser) => issueCode(ledger, user),
    openURL: (user?: MonPayUser) => openingURL(ledger, issueCode(ledger, user)),
    revokeTokens: () => ledger.tokens.clear(),
  })
}

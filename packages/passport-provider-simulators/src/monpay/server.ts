import type { Dialect } from '../faults.js'
import { type Endpoint, readObject } from '../http.js'
import { randomText } from '../ids.js'
import { checkOptions } from '../options.js'
import { copyData, createSimulator, readBehaviour, register } from '../simulator.js'
import { startSite } from '../site.js'
import {
  MONPAY_OPTIONS,
  type MonPayBehaviour,
  type MonPayOptions,
  type MonPaySimulator,
  type MonPayUser,
} from './options.js'
import { answerPhone, type MonPayPhone } from './pages.js'
import { exchangeMonPayCode, type MonPayLedger, refuseToken } from './token.js'
import { answerUserInfo, refuseResource } from './user-info.js'
import { seedMonPayUsers } from './users.js'

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

const BEHAVIOUR: MonPayBehaviour = {
  codeLifetime: 600_000,
  reuseStatus: 403,
  redirectStatus: 400,
  redirectMatch: 'whole',
  extraParameters: 'refuse',
  tokenFields: 'all',
  scopes: ['phone', 'email', 'name'],
  missingScope: 'omit',
  phone: 'number',
  successCode: 'OK',
  intCode: true,
}

// The wallet adds its parameter as browsers do: before the fragment, after an existing query.
function addCode(registered: string, code: string): string {
  const [address = '', fragment] = registered.split('#', 2)
  const query = `${address.includes('?') ? '&' : '?'}code=${code}`
  return address + query + (fragment === undefined ? '' : `#${fragment}`)
}

/** Starts a MonPay on 127.0.0.1: the token and user-info endpoints and a phone screen to click. */
export async function startMonPay(options: MonPayOptions = {}): Promise<MonPaySimulator> {
  checkOptions(options, MONPAY_OPTIONS)
  const seed = () => copyData(options.users ?? seedMonPayUsers())
  const users = seed()
  const now = options.now ?? Date.now
  const ledger: MonPayLedger = {
    clientID: options.clientID ?? randomText(16),
    clientSecret: options.clientSecret ?? randomText(32),
    app: register(options),
    behaviour: readBehaviour(BEHAVIOUR, options),
    now,
    codes: new Map(),
    tokens: new Map(),
  }
  let lastCode: string | undefined
  const phone: MonPayPhone = {
    users,
    app: ledger.app,
    addCode: (code) => addCode(ledger.app.callbackURL, code),
    issueCode,
    lastCode: () => lastCode,
  }
  const site = await startSite({
    port: options.port ?? 0,
    now,
    dialect: DIALECT,
    findEndpoint: ({ path }) => ENDPOINTS[path],
    answer(visit) {
      const endpoint = ENDPOINTS[visit.path]
      if (endpoint === 'token') return exchangeMonPayCode(visit, ledger)
      if (endpoint === 'profile') return answerUserInfo(visit, ledger)
      return answerPhone(visit, phone)
    },
  })

  function issueCode(user = users[0]): string {
    if (!user) throw new TypeError('There is no user to issue a code for')
    const code = randomText(32)
    ledger.codes.set(code, { user, issuedAt: now(), used: false })
    lastCode = code
    return code
  }

  return createSimulator(site, ledger.app, {
    clientID: ledger.clientID,
    clientSecret: ledger.clientSecret,
    users,
    behaviour: ledger.behaviour,
    issueCode,
    openURL: (user?: MonPayUser) => addCode(ledger.app.callbackURL, issueCode(user)),
    revokeTokens: () => ledger.tokens.clear(),
    reset() {
      users.splice(0, users.length, ...seed())
      Object.assign(ledger.behaviour, readBehaviour(BEHAVIOUR, options))
      ledger.codes.clear()
      ledger.tokens.clear()
      lastCode = undefined
      site.forget()
    },
  })
}

import http from 'node:http'
import type { Duplex } from 'node:stream'
import { Agent, buildConnector } from 'undici'
import { Strategy as MoneyPools } from '../../../../passport-moneypools/src/index.js'
import { Strategy as MonPay } from '../../../../passport-monpay/src/index.js'
import {
  type FaultName,
  type FaultPlace,
  startMonPay,
  startSngine,
  startZaloPay,
} from '../../../../passport-provider-simulators/src/index.js'
import { Strategy as ZaloPay } from '../../../../passport-zalopay-pkce/src/index.js'
import type { CodeFlowOptions, LoginRequest, Profile } from '../../../src/index.js'
import { attempt, createSession, request, type Result } from '../../support/bare.js'

/** A provider that misbehaves on demand. */
export interface Provider {
  simulator: {
    url: string
    clientSecret: string
    requests: { endpoint: string; query: object; headers: object; form?: object; json?: unknown }[]
    misbehave(fault: FaultName | undefined, where?: FaultPlace): void
    close(): Promise<void>
  }
  /** A name of the user, in letters of two bytes and more. */
  called: string
  /** A strategy for it. */
  connect(options: Partial<CodeFlowOptions>): Site
}

/** One application that uses the provider. */
export interface Site {
  /** A whole login, in a browser of its own. */
  logIn(): Promise<Result>
  /** ZaloPay alone has it. */
  refresh?(token: string): Promise<unknown>
}

export const NAMES = ['monpay', 'zalopay', 'moneypools'] as const

export type Name = (typeof NAMES)[number]

const CALLBACK = 'https://shop.test/callback'

const showProfile = (
  _token: string,
  refreshToken: string | undefined,
  { name, displayName }: Profile,
  done: (error: null, user: object) => void,
) => done(null, { called: name?.givenName ?? displayName, refreshToken })

let browsers = 0

/** A browser's first request, and those that follow in the same session. */
function openBrowser(strategy: object) {
  const session = createSession()
  const sessionID = `browser-${++browsers}`
  return (path: string, more: Partial<LoginRequest> = {}) =>
    attempt(strategy, request(path, { session, sessionID, ...more }))
}

async function openMonPay(): Promise<Provider> {
  const simulator = await startMonPay({ callbackURL: CALLBACK })
  const { clientID, clientSecret, url: baseURL } = simulator
  const given = { clientID, clientSecret, baseURL, callbackURL: CALLBACK }
  return {
    simulator,
    called: String(simulator.users[0]?.userFirstname),
    connect(options) {
      const strategy = new MonPay({ ...given, ...options }, showProfile)
      return { logIn: () => openBrowser(strategy)(`/callback?code=${simulator.issueCode()}`) }
    },
  }
}

async function openZaloPay(): Promise<Provider> {
  const simulator = await startZaloPay({ callbackURL: CALLBACK })
  const { clientID, clientSecret, url: baseURL, userInfoURL } = simulator
  const given = { clientSecret, baseURL, userInfoURL, callbackURL: CALLBACK, launchURL: '/launch' }
  return {
    simulator,
    called: String(simulator.users[0]?.display_name),
    connect(options) {
      const strategy = new ZaloPay({ ...given, ...options, clientID }, showProfile)
      return {
        refresh: (token) => strategy.refresh(token),
        async logIn() {
          const open = openBrowser(strategy)
          const started = await open('/login', { method: 'POST' })
          if (started.action !== 'redirect') return started
          const { codeChallenge = '', login } = Object.fromEntries(started.url.searchParams)
          const code = simulator.issueCode({ codeChallenge })
          return open('/callback', { method: 'POST', body: { code, login } })
        },
      }
    },
  }
}

async function openMoneyPools(): Promise<Provider> {
  const simulator = await startSngine({ callbackURL: CALLBACK })
  const { clientID, clientSecret, url: baseURL, users } = simulator
  const given = { clientID, clientSecret, baseURL, callbackURL: CALLBACK }
  const [user] = users
  if (!user) throw new Error('the site has no user')
  let others = 0
  return {
    simulator,
    called: user.user_firstname,
    connect(options) {
      const strategy = new MoneyPools({ ...given, ...options }, showProfile)
      return {
        async logIn() {
          const open = openBrowser(strategy)
          await open('/login', { method: 'POST' })
          // the site keeps one key for each user: two logins of one user would kill each other's
          const namesake = { ...user, user_id: 1000 + ++others }
          users.push(namesake)
          return open(`/callback?auth_key=${simulator.issueKey(namesake)}`)
        },
      }
    },
  }
}

const OPEN = { monpay: openMonPay, zalopay: openZaloPay, moneypools: openMoneyPools }

/** Starts a provider. */
export function openProvider(name: Name): Promise<Provider> {
  return OPEN[name]()
}

/** Connections of a test: how a strategy is given them, and what has become of each. */
export interface Transport {
  isUndici: boolean
  options: Pick<CodeFlowOptions, 'agent' | 'dispatcher'>
  /** The connections that have not been closed. */
  usable(): Duplex[]
  /** True while a request is under way, or a closed connection is still kept. */
  isBusy(): boolean
  destroy(): unknown
}

function openNode(): Transport {
  const opened: Duplex[] = []
  const agent = new http.Agent({ keepAlive: true })
  const { createConnection } = agent
  agent.createConnection = function (...given) {
    const socket = createConnection.apply(this, given)
    if (socket) opened.push(socket)
    return socket
  }
  const usable = () => opened.filter((socket) => !socket.destroyed)
  return {
    isUndici: false,
    options: { agent },
    usable,
    isBusy: () =>
      Object.keys({ ...agent.sockets, ...agent.requests }).length > 0 ||
      // one that the provider has just closed stands in the pool until its end is read
      usable().length < Object.values(agent.freeSockets).flat().length,
    destroy: () => agent.destroy(),
  }
}

function openUndici(): Transport {
  const opened: Duplex[] = []
  const connect = buildConnector({})
  const dispatcher = new Agent({
    connect: (options, give) =>
      connect(options, (...given) => {
        if (given[1]) opened.push(given[1])
        give(...given)
      }),
  })
  const usable = () => opened.filter((socket) => !socket.destroyed)
  return {
    isUndici: true,
    options: { dispatcher },
    usable,
    isBusy: () =>
      Object.values(dispatcher.stats).some(
        ({ connected, size }) => size > 0 || usable().length < Number(connected),
      ),
    destroy: () => dispatcher.destroy(),
  }
}

/** The transports that a strategy knows. */
export const TRANSPORTS: [string, () => Transport][] = [
  ['node:http', openNode],
  ['undici', openUndici],
]

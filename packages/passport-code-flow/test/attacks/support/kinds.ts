import { randomBytes } from 'node:crypto'
import {
  type MonPaySimulator,
  type SngineSimulator,
  startMonPay,
  startSngine,
  startZaloPay,
  type ZaloPaySimulator,
} from '../../../../passport-provider-simulators/src/index'
import { Strategy as MoneyPools } from '../../../../passport-moneypools/src/index'
import { Strategy as MonPay } from '../../../../passport-monpay/src/index'
import { Strategy as ZaloPay } from '../../../../passport-zalopay-pkce/src/index'
import type { CodeFlowOptions } from '../../../src/index'
import type { Visit } from './http'

/** A simulator of any provider. */
export type Provider = MonPaySimulator | ZaloPaySimulator | SngineSimulator

/** What a start has given the browser; nothing of it where the provider needs nothing. */
export interface Begun {
  login?: string
  codeChallenge?: string
}

export type Options = Partial<CodeFlowOptions> & Record<string, unknown>

/** All that differs between the strategies, as far as an attacker sees it. */
export interface Kind {
  name: 'monpay' | 'zalopay' | 'moneypools'
  /** False where the provider brings codes by itself and no page can start a login. */
  starts: boolean
  /** The parameter of the callback that holds the code. */
  parameter: 'code' | 'auth_key'
  /** Every parameter of the callback that is read. */
  reads: string[]
  open(callbackURL: string): Promise<Provider>
  create(provider: Provider, options: Options, verify: unknown): object
  /** A code of the provider for its user at this place in its list. */
  issue(provider: Provider, begun: Begun, user: number): string
  /** A code that looks right and that nobody has issued. */
  forge(): string
  /** The request that brings the code to the callback, as provider or page make it. */
  bring(code: string, begun: Begun): Visit
  /** A right token answer with these members in place of its own. */
  tokens(members: Record<string, unknown>): Record<string, unknown>
  /** A right profile answer for a user id, with further members. */
  profile(id: unknown, members?: Record<string, unknown>): Record<string, unknown>
}

export const CALLBACK = '/auth/callback'

const query = (members: Record<string, string>) => `${CALLBACK}?${new URLSearchParams(members)}`

const settings = ({ clientID, clientSecret, url: baseURL, callbackURL }: Provider) => ({
  clientID,
  clientSecret,
  baseURL,
  callbackURL,
})

const monpay: Kind = {
  name: 'monpay',
  starts: false,
  parameter: 'code',
  reads: ['code', 'error'],
  open: (callbackURL) => startMonPay({ callbackURL }),
  create: (provider, options, verify: never) =>
    new MonPay({ ...settings(provider), ...options }, verify),
  issue: ({ issueCode, users }: MonPaySimulator, _begun, user) => issueCode(users[user]),
  forge: () => `forged-${randomBytes(12).toString('hex')}`,
  bring: (code) => ({ path: query({ code }) }),
  tokens: (members) => ({ access_token: 'a-token-of-monpay', token_type: 'Bearer', ...members }),
  profile: (userId, more) => ({ code: 'OK', intCode: 0, info: '', result: { userId, ...more } }),
}

const zalopay: Kind = {
  name: 'zalopay',
  starts: true,
  parameter: 'code',
  reads: ['code', 'login', 'state', 'error'],
  open: (callbackURL) => startZaloPay({ callbackURL }),
  create: (provider: ZaloPaySimulator, options, verify: never) => {
    const { userInfoURL } = provider
    const own = { userInfoURL, launchURL: '/auth/launch' }
    return new ZaloPay({ ...settings(provider), ...own, ...options }, verify)
  },
  issue: ({ issueCode, users }: ZaloPaySimulator, { codeChallenge = '' }, user) =>
    issueCode({ codeChallenge, ...(users[user] && { user: users[user] }) }),
  forge: monpay.forge,
  bring: (code, { login }) => {
    const form = { code, ...(login !== undefined && { login }) }
    return { method: 'POST', path: CALLBACK, form }
  },
  tokens: (members) => ({ data: { access_token: 'a-token-of-zalopay', ...members } }),
  profile: (muid, more) => ({ data: { muid, ...more } }),
}

const moneypools: Kind = {
  name: 'moneypools',
  starts: true,
  parameter: 'auth_key',
  reads: ['auth_key', 'error'],
  open: (callbackURL) => startSngine({ version: '4.4', callbackURL }),
  create: (provider, options, verify: never) =>
    new MoneyPools({ ...settings(provider), ...options }, verify),
  issue: ({ issueKey, users }: SngineSimulator, _begun, user) => issueKey(users[user]),
  forge: () => randomBytes(16).toString('hex'),
  bring: (code) => ({ path: query({ auth_key: code }) }),
  tokens: (members) => ({ access_token: 'a-token-of-moneypools', ...members }),
  profile: (id, more) => ({ user_info: { user_id: id, ...more } }),
}

export const KINDS = { monpay, zalopay, moneypools }

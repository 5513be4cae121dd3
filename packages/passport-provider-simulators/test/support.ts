import { createHash } from 'node:crypto'
import { parseJSON } from '../src/http'
import {
  type CommonOptions,
  type MonPaySimulator,
  type Simulator,
  type SngineSimulator,
  startMonPay,
  startSngine,
  startZaloPay,
  type ZaloPaySimulator,
} from '../src/index'

type Name = 'MonPay' | 'ZaloPay' | 'Sngine'

/** Each simulator: its name, its start function, and the path of its token endpoint. */
export const EVERY: [Name, (options?: CommonOptions) => Promise<Simulator>, string][] = [
  ['MonPay', startMonPay, '/v2/oauth/token'],
  ['ZaloPay', startZaloPay, '/oauth/v1/access_token'],
  ['Sngine', startSngine, '/api/authorize'],
]

type Reply = { status: number; headers: Headers; json: unknown; text: string }

/** Sends one request that follows no redirect. */
export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: parseJSON(text), text }
}

type Fields = Record<string, string>

/** Posts a form. */
export const postForm = (url: string, fields: Fields | URLSearchParams, headers: Fields = {}) =>
  call(url, { method: 'POST', body: new URLSearchParams(fields), headers })

/** Logs in the first user of a Sngine site; returns the headers for later requests. */
export async function signIn({ url }: { url: string }) {
  const { headers } = await postForm(`${url}/includes/ajax/core/signin`, { user_id: '1' })
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' }
}

/** Posts JSON. */
export function postJSON(url: string, value: unknown, more = {}) {
  const headers = { 'content-type': 'application/json', ...more }
  return call(url, { method: 'POST', body: JSON.stringify(value), headers })
}

/** Both challenges of a verifier. */
export function challenge(verifier: string, form: 'hex' | 'raw'): string {
  const digest = createHash('sha256').update(verifier).digest()
  return (form === 'raw' ? digest : Buffer.from(digest.toString('hex'))).toString('base64url')
}

/** The value at a path inside parsed JSON. */
export const pick = (json: unknown, ...path: string[]): unknown =>
  path.reduce((value, name) => Object(value)[name] as unknown, json)

/** The text at a path inside parsed JSON; throws when there is none. */
export function pickText(json: unknown, ...path: string[]): string {
  const value = pick(json, ...path)
  if (typeof value !== 'string') throw new TypeError(`No text at ${path.join('.')}`)
  return value
}

/** A clock that the test moves. */
export function stoppedClock() {
  let time = 1_800_000_000_000
  return { now: () => time, pass: (ms: number) => void (time += ms) }
}

/** The form of a MonPay token request. */
export const monpayForm = (monpay: MonPaySimulator, code = monpay.issueCode()) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: monpay.callbackURL,
  client_id: monpay.clientID,
  client_secret: monpay.clientSecret,
})

/** MonPay's user info for an Authorization header. */
export const monpayUser = ({ url }: MonPaySimulator, authorization: string) =>
  call(`${url}/v2/api/oauth/userinfo`, { headers: { authorization } })

/** The form of a Sngine token request. */
export const sngineForm = (sngine: SngineSimulator, key = sngine.issueKey()) => ({
  app_id: sngine.clientID,
  app_secret: sngine.clientSecret,
  auth_key: key,
})

/** A ZaloPay's answer to a token request. */
export const zalopayToken = (
  { url, clientSecret }: ZaloPaySimulator,
  body: unknown,
  secret = clientSecret,
) => postJSON(`${url}/oauth/v1/access_token`, body, { 'x-secret-key': secret })

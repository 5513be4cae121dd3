import { type Answer, answerJSON, single, type Visit } from '../http.js'
import { randomHex } from '../ids.js'
import type { ZaloPayBehaviour, ZaloPayScope, ZaloPayUser } from './options.js'
import { describeZaloPayError, type ZaloPayLedger } from './token.js'

const TEXTS = new Set(['user_phone', 'id_type', 'issue_date', 'expiration_date'])

function writeNumbers(fields: object, { numbers }: ZaloPayBehaviour): Record<string, unknown> {
  const written = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    return [name, numbers === 'string' && TEXTS.has(name) ? String(value) : value] as const
  })
  return Object.fromEntries(written)
}

function writeImages(
  images: NonNullable<ZaloPayUser['user_identity_image']>,
  behaviour: ZaloPayBehaviour,
  absolute: (address: string) => string,
): Record<string, unknown> {
  const { identity_image_front: front, identity_image_back: back, ...rest } = images
  return {
    ...writeNumbers(rest, behaviour),
    ...(front === undefined ? {} : { [behaviour.frontImage]: absolute(front) }),
    ...(back === undefined ? {} : { identity_image_back: absolute(back) }),
  }
}

/** The `data` of a user-info answer for these scopes: `muid` always, the rest by scope. */
export function writeZaloPayUser(
  user: ZaloPayUser,
  scope: ZaloPayScope[],
  behaviour: ZaloPayBehaviour,
  siteURL: string,
): Record<string, unknown> {
  const absolute = (address: string) => (address.startsWith('/') ? siteURL + address : address)
  const data: Record<string, unknown> = { muid: user.muid }
  const has = (name: ZaloPayScope) => scope.includes(name)
  if (has('user.name') && user.display_name !== undefined) data.display_name = user.display_name
  if (has('user.avatar') && user.avatar !== undefined) data.avatar = absolute(user.avatar)
  if (has('user.phone') && user.user_phone !== undefined) {
    Object.assign(data, writeNumbers({ user_phone: user.user_phone }, behaviour))
  }
  if (scope.length > 0 && behaviour.email === 'any-scope' && user.user_email !== undefined) {
    data.user_email = user.user_email
  }
  if (has('user.identity.info') && user.user_identity_info) {
    data.user_identity_info = { ...user.user_identity_info }
  }
  if (has('user.identity.image') && user.user_identity_image) {
    data.user_identity_image = writeImages(user.user_identity_image, behaviour, absolute)
  }
  return data
}

/** Answers the user-info request. */
export function answerUserInfo(visit: Visit, ledger: ZaloPayLedger, siteURL: string): Answer {
  const { behaviour, accessTokens, now } = ledger
  const trace = { context_id: randomHex(), trace_id: randomHex() }
  const refuse = (reason: string, code: number, message: string) =>
    answerJSON(behaviour.errorStatus, { ...trace, ...describeZaloPayError(reason, code, message) })
  if (visit.method !== 'GET') return refuse('REQUEST_INVALID', 3, 'GET required')
  if (visit.headers['x-secret-key'] !== ledger.clientSecret) {
    return refuse('SECRET_KEY_INVALID', 16, 'x-secret-key không hợp lệ')
  }
  const [, token = ''] = /^Bearer ([^ ]+)$/i.exec(visit.headers.authorization ?? '') ?? []
  const entry = accessTokens.get(token)
  if (!entry || now() > entry.until) {
    return refuse('ACCESS_TOKEN_INVALID', 16, 'Phiên đăng nhập đã hết hạn')
  }
  const asked = single(visit.query, 'fields')?.split(',')
  const scope = entry.grant.scope.filter((name) => !asked || asked.includes(name))
  const data = writeZaloPayUser(entry.grant.user, scope, behaviour, siteURL)
  return answerJSON(200, { ...trace, data })
}

import { type Answer, answerJSON, readBearer, single, type Visit } from '../http.js'
import { randomHex } from '../ids.js'
import type { ZaloPayScope, ZaloPayUser } from './options.js'
import { describeError, type ZaloPayGrant, type ZaloPayLedger } from './token.js'

/** The `data` of an answer: `muid` always, the rest by scope. JSON has no undefined members. */
function writeUser({ user, scope }: ZaloPayGrant, { behaviour, url }: ZaloPayLedger): object {
  const ifGranted = <T>(name: ZaloPayScope, value: T) => (scope.includes(name) ? value : undefined)
  const number = (value: unknown) =>
    behaviour.numbers === 'string' && typeof value === 'number' ? String(value) : value
  const address = (text?: string) => (text?.startsWith('/') ? url + text : text)

  function writeImages(images: NonNullable<ZaloPayUser['user_identity_image']>): object {
    const { identity_image_front, identity_image_back, ...rest } = images
    return {
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, number(value)])),
      [behaviour.frontImage]: address(identity_image_front),
      identity_image_back: address(identity_image_back),
    }
  }

  const { user_email, user_identity_image: images } = user
  return {
    muid: user.muid,
    display_name: ifGranted('user.name', user.display_name),
    avatar: ifGranted('user.avatar', address(user.avatar)),
    user_phone: ifGranted('user.phone', number(user.user_phone)),
    user_email: scope.length > 0 && behaviour.email === 'any-scope' ? user_email : undefined,
    user_identity_info: ifGranted('user.identity.info', user.user_identity_info),
    user_identity_image: ifGranted('user.identity.image', images && writeImages(images)),
  }
}

/** Answers the user-info request. */
export function answerUserInfo(visit: Visit, ledger: ZaloPayLedger): Answer {
  const { behaviour, accessTokens, now } = ledger
  const trace = { context_id: randomHex(), trace_id: randomHex() }
  const refuse = (...error: Parameters<typeof describeError>) =>
    answerJSON(behaviour.errorStatus, { ...trace, ...describeError(...error) })
  if (visit.method !== 'GET') return refuse('REQUEST_INVALID', 3, 'GET required')
  if (visit.headers['x-secret-key'] !== ledger.clientSecret)
    return refuse('SECRET_KEY_INVALID', 16, 'x-secret-key không hợp lệ')
  const entry = accessTokens.get(readBearer(visit))
  if (!entry || now() > entry.until)
    return refuse('ACCESS_TOKEN_INVALID', 16, 'Phiên đăng nhập đã hết hạn')
  const { user, scope } = entry.grant
  const asked = single(visit.query, 'fields')?.split(',')
  const narrowed = scope.filter((name) => !asked || asked.includes(name))
  return answerJSON(200, { ...trace, data: writeUser({ user, scope: narrowed }, ledger) })
}

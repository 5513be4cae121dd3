import { type Answer, answerJSON, readBearer, type Visit } from '../http.js'
import type { MonPayBehaviour, MonPayUser } from './options.js'
import type { MonPayLedger } from './token.js'

const SCOPE_OF: Record<string, MonPayBehaviour['scopes'][number]> = {
  userPhone: 'phone',
  userEmail: 'email',
  userFirstname: 'name',
  userLastname: 'name',
}

/** An error in the form of MonPay's resource endpoints. */
export function refuseResource(status: number, code: string, intCode: number, info: string) {
  return answerJSON(status, { code, intCode, info })
}

function writePhone(phone: MonPayUser['userPhone'], form: MonPayBehaviour['phone']) {
  if (form === 'absent' || phone === undefined) return {}
  if (form === 'null' || phone === null) return { userPhone: null }
  return { userPhone: form === 'string' ? String(phone) : phone }
}

function writeUser(user: MonPayUser, behaviour: MonPayBehaviour): Record<string, unknown> {
  const { insufficientAccess: _, userPhone, ...rest } = user
  const fields = { ...rest, ...writePhone(userPhone, behaviour.phone) }
  const written: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const scope = SCOPE_OF[name]
    if (scope === undefined || behaviour.scopes.includes(scope)) written[name] = value
    else if (behaviour.missingScope === 'null') written[name] = null
  }
  return written
}

/** Answers `GET /v2/api/oauth/userinfo`. */
export function answerUserInfo(visit: Visit, { behaviour, tokens }: MonPayLedger): Answer {
  if (visit.method !== 'GET') return refuseResource(405, 'BAD_REQUEST', 5, 'GET required')
  const user = tokens.get(readBearer(visit))
  if (!user) return refuseResource(401, 'UNAUTHORIZED', 1, 'Нэвтрэх эрх хүчингүй байна')
  const lacking = behaviour.scopes.length < 3 && behaviour.missingScope === 'refuse'
  if (user.insufficientAccess || lacking)
    return refuseResource(401, 'INSUFFICIENT_ACCESS', 6, 'Хандах эрх хүрэлцэхгүй байна')
  return answerJSON(200, {
    code: behaviour.successCode,
    ...(behaviour.intCode && { intCode: 0 }),
    info: 'Амжилттай',
    result: writeUser(user, behaviour),
  })
}

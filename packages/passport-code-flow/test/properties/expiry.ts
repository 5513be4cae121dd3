import * as fc from 'fast-check'
import { zalopay } from '../../../passport-zalopay-pkce/src/provider.js'
import { expiresAt } from '../../src/read.js'
import { answerOf, hostileValue, type Law, withClock } from './hostile.js'

const lifetime = fc.oneof(
  hostileValue,
  fc.double(),
  fc.nat().map(String),
  fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String),
  fc.constantFrom(undefined, '3600', '3600abc', ' 1', '0x10', '1e3', 8.64e15, 8.64e15 + 1),
)

const { readTokens } = zalopay({
  clientID: 7,
  clientSecret: 'secret',
  callbackURL: 'https://shop.test/callback',
  skipUserProfile: true,
})

const isDate = (value: unknown) => value instanceof Date && !Number.isNaN(value.getTime())

/** The number that a lifetime is, by the plainest reading; NaN for what is none. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : Number.NaN
}

export const expiryLaws: Law[] = [
  {
    name: 'FR91 an expiry is the moment a lifetime above 0 ends, the number itself if that is a moment, or absent; never an invalid date',
    property: fc.property(lifetime, fc.constantFrom('seconds', 'milliseconds'), (value, unit) =>
      withClock(({ now }) => {
        const moment = expiresAt(value, unit)
        const number = numberOf(value)
        const ms = unit === 'seconds' && number < 1e12 ? number * 1000 : number
        const end = number >= 1e12 || ms > now ? ms : now + ms
        if (!(number > 0 && end <= 8.64e15)) return moment === undefined
        return isDate(moment) && Math.abs(Number(moment) - end) < 1
      }),
    ),
  },
  {
    name: "ZaloPay's expiries are valid dates or absent, whichever way they are counted",
    property: fc.property(lifetime, lifetime, (expires, refreshExpires) =>
      withClock(() => {
        const data = { expires_in: expires, refresh_expires_in: refreshExpires }
        const { expiresAt: end, params } = readTokens(answerOf({ data }))
        const refreshEnd = params['refresh_expires_at']
        return [end, refreshEnd].every((moment) => moment === undefined || isDate(moment))
      }),
    ),
  },
]

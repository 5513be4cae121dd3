import { ended, told, useZaloPay, visitor } from './support/zalopay'

useZaloPay()

const NONE = 'fail no_pending_login 403'

const DENIED = 'fail access_denied 401'
const FAILED = 'fail sdk_failed 401'

it.each([
  ['S3 Q15 the user said no', '030501', DENIED],
  ['S3 Q15 the same without its zero', '30501', DENIED],
  ['S3 the word of RFC 6749', 'access_denied', DENIED],
  ['S4 an invalid argument', '030502', FAILED],
  ['S4 a system error', '030503', FAILED],
  ['S4 unauthenticated', '030504', FAILED],
  ['S4 an error while the permissions are fetched', '030505', FAILED],
  ['S4 a code nobody has documented', '039999', FAILED],
])('%s, %s, ends the login it names in: %s', async (_, error, expected) => {
  const { login } = await visitor.start()
  const other = await visitor.start()
  const result = await visitor.post({ error, login })
  expect(ended(result)).toBe(expected)
  expect(told(result).provider).toEqual({ code: error })
  expect(ended(await visitor.post({ error, login }))).toBe(NONE)
  expect(ended(await visitor.finish(other))).toBe('success')
})

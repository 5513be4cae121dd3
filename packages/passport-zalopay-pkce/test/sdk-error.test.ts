import { CALLBACK, summary, useZaloPay, type Visitor } from './support/zalopay'

let visitor: Visitor

useZaloPay((scene) => ({ visitor } = scene))

it.each([
  ['S3 Q15 030501, the user said no', '030501', 'fail access_denied 401'],
  ['S3 Q15 30501, the same without its zero', '30501', 'fail access_denied 401'],
  ['S3 access_denied', 'access_denied', 'fail access_denied 401'],
  ['S4 030502, an invalid argument', '030502', 'fail sdk_failed 401'],
  ['S4 030503, a system error', '030503', 'fail sdk_failed 401'],
  ['S4 030504, unauthenticated', '030504', 'fail sdk_failed 401'],
  ['S4 030505, an error while the permissions are fetched', '030505', 'fail sdk_failed 401'],
  ['S4 a code nobody has documented', '039999', 'fail sdk_failed 401'],
])("%s ends the login it names, with ZaloPay's code kept apart", async (_, error, expected) => {
  const { login } = await visitor.start()
  const other = await visitor.start()
  const result = await visitor.post({ error, login })
  expect(summary(result)).toBe(expected)
  expect(result).toMatchObject({ info: { provider: { code: error } } })
  expect(summary(await visitor.post({ error, login }))).toBe('fail no_pending_login 403')
  const code = visitor.getCode(other.codeChallenge)
  expect(summary(await visitor.post({ code, login: other.login }))).toBe('success')
})

it('S3 an error that names no login, or a foreign one, disturbs nothing', async () => {
  const { codeChallenge, login } = await visitor.start()
  const none = 'fail no_pending_login 403'
  expect(summary(await visitor.post({ error: '030501' }))).toBe(none)
  expect(summary(await visitor.post({ error: '030501', login: 'a'.repeat(22) }))).toBe(none)
  expect(summary(await visitor.open(`${CALLBACK}?error=030501`))).toBe(none)
  expect(summary(await visitor.post({ code: visitor.getCode(codeChallenge), login }))).toBe(
    'success',
  )
})

import { CALLBACK, type Browser, ended, useZaloPay } from './support/zalopay'

let visitor: Browser

useZaloPay((scene) => ({ visitor } = scene))

const NONE = 'fail no_pending_login 403'

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
  expect(ended(result)).toBe(expected)
  expect(result).toMatchObject({ info: { provider: { code: error } } })
  expect(ended(await visitor.post({ error, login }))).toBe(NONE)
  expect(ended(await visitor.finish(other))).toBe('success')
})

it('S3 an error that names no login, or a foreign one, disturbs nothing', async () => {
  const started = await visitor.start()
  for (const login of [undefined, 'a'.repeat(32)])
    expect(ended(await visitor.post({ error: '030501', login }))).toBe(NONE)
  expect(ended(await visitor.visit(`${CALLBACK}?error=030501`))).toBe(NONE)
  expect(ended(await visitor.finish(started))).toBe('success')
})

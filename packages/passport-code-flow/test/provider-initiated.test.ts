import { type Acme, acmeStrategy, startAcme } from './support/acme.js'
import { attempt, ending, request } from './support/bare.js'

let acme: Acme

beforeAll(async () => {
  acme = await startAcme()
})
afterEach(() => {
  acme.calls.length = 0
})
afterAll(() => acme.close())

const describe = { initiatedBy: 'provider', callback: { code: 'code' } } as const

it('takes a code that nobody has asked for, without a session, and says that the provider began', async () => {
  const options = { returnTo: '/basket', state: { a: 1 } }
  const result = await attempt(acmeStrategy(acme, { describe }), request('/any?code=c1'), options)
  expect(result).toMatchObject({ action: 'success' })
  expect(result).toHaveProperty('info', {
    ...options,
    initiatedBy: 'provider',
    duplicate: false,
  })
})

it('has nothing to start: without a code it says where codes come from', async () => {
  const hints = { no_code: 'That app is Acme.' }
  const strategy = acmeStrategy(acme, { describe: { ...describe, hints } })
  expect(await attempt(strategy, request('/any'))).toEqual({
    action: 'fail',
    status: 400,
    info: {
      code: 'no_code',
      message: 'Please open this page from the app that you log in with.',
      reason: 'There is no parameter code. That app is Acme.',
    },
  })
  expect(acme.calls).toEqual([])
})

it('says prefetch, not no_code, to what no person has opened', async () => {
  const req = request('/any', { headers: { purpose: 'prefetch' } })
  expect(await ending(acmeStrategy(acme, { describe }), req)).toBe('fail prefetch 403')
})

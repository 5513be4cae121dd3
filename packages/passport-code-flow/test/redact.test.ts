import { LoginStopped, type ProviderDetail } from '../src/errors.js'
import { errorOf } from '../src/login/outcome.js'
import type { Settings } from '../src/settings.js'
import { Steps } from '../src/steps.js'

const SECRET = 'marker secret!'

function told(
  about: { cause?: unknown; provider?: ProviderDetail },
  secrets: unknown[] = [SECRET],
) {
  const known = { publicValues: ['app'], secretValues: [] as readonly string[] }
  const settings = { name: 'acme', clientID: 'app', provider: {}, ...known } as unknown as Settings
  return errorOf(
    new LoginStopped('network', 'lost', about),
    new Steps(settings, 'token', ...secrets),
  )
}

it('has neither cause nor provider where there is none', () => {
  const error = told({})
  expect(error.message).toBe('acme: lost')
  expect(['cause' in error, 'provider' in error]).toEqual([false, false])
})

it('says what the provider said further, on one line, without secrets', () => {
  const details = { reason: `a\n\u202eb ${SECRET}`, domain: 'oauth' }
  expect(told({ provider: { details } }).provider).toEqual({
    details: { reason: 'a b [redacted]', domain: 'oauth' },
  })
  expect(told({ provider: { details: {} } }).provider).toStrictEqual({})
})

it('cuts each text at 200 characters', () => {
  const provider = { code: 'c'.repeat(201), message: 'm'.repeat(200), status: 400 }
  expect(told({ provider }).provider).toEqual({
    code: 'c'.repeat(200),
    message: 'm'.repeat(200),
    status: 400,
  })
})

it('leaves words of three letters and what is no text alone', () => {
  const { provider } = told({ provider: { message: 'abc 7 true' } }, ['abc', 7, true, undefined])
  expect(provider?.message).toBe('abc 7 true')
  expect(told({ provider: { message: 'abcd' } }, ['abcd']).provider?.message).toBe('[redacted]')
})

it('hides what follows the scheme of a header, and a parameter behind a second question mark', () => {
  const headers = { authorization: 'Basic derived-key', 'accept-language': 'mn-MN' }
  const sent = { url: 'https://acme.test/me?a=1?token=derived-token', headers }
  const { provider } = told({ provider: { message: 'derived-key derived-token mn-MN' } }, [sent])
  expect(provider?.message).toBe('[redacted] [redacted] mn-MN')
})

it('copies name, message, code and stack of a cause, and nothing else', () => {
  const cause = Object.assign(new TypeError(`no ${SECRET}`), { code: 'E1', request: SECRET })
  const copy = told({ cause }).cause as Error & { code?: string }
  expect(copy).not.toBe(cause)
  expect(Object.entries(copy)).toEqual([
    ['name', 'TypeError'],
    ['code', 'E1'],
  ])
  expect(copy.message).toBe('no [redacted]')
  expect(copy.stack).toMatch(/^TypeError: no \[redacted\]\n/)
  expect(copy.stack).toContain('redact.test')
})

it('takes the code for the message of a cause that has none', () => {
  expect(
    told({ cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }) }).cause,
  ).toMatchObject({ message: 'ECONNREFUSED', code: 'ECONNREFUSED' })
})

it('copies a cause with no message, code or stack', () => {
  const cause = Object.assign(new Error(''), { code: 7 })
  delete cause.stack
  const copy = told({ cause }).cause as Error & { code?: unknown }
  expect([copy.message, copy.stack, 'code' in copy]).toEqual(['', '', false])
})

it('copies a cause whose name, message and stack are no texts', () => {
  const cause = Object.assign(new Error(''), { name: 7, message: { a: SECRET }, stack: 1 })
  expect(told({ cause })).toMatchObject({
    code: 'network',
    cause: { name: '7', message: '[object Object]', stack: '1' },
  })
})

it.each(['text', 7, { message: SECRET }, null])('does not repeat %p that was thrown', (cause) => {
  expect(told({ cause }).cause).toEqual(new Error('something that is not an Error was thrown'))
})

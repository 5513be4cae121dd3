import { FAILURE_STATUS } from '../../src/errors.js'
import { failureMessage } from '../../src/index.js'

const codes = Object.keys(FAILURE_STATUS)

it.each(['en', 'mn', 'vi', 'ru'])('has a text of its own for every code in %s', (locale) => {
  const texts = codes.map((code) => failureMessage(code, locale))
  expect(new Set(texts).size).toBe(codes.length)
  expect(texts).not.toContain(failureMessage('unknown', locale))
  if (locale === 'en') return
  for (const code of [...codes, 'unknown'])
    expect(failureMessage(code, locale)).not.toBe(failureMessage(code, 'en'))
})

it.each([
  ['mn-MN', 'mn'],
  ['vi_VN', 'vi'],
  ['RU', 'ru'],
  ['mn-Cyrl-MN', 'mn'],
  ['de', 'en'],
  ['', 'en'],
  ['__proto__', 'en'],
  ['constructor', 'en'],
])('reads the tag %j as %s', (tag, language) =>
  expect(failureMessage('access_denied', tag)).toBe(failureMessage('access_denied', language)),
)

it.each([[undefined], [null], [7], [{}], [Object.create(null)], [Symbol('x')]])(
  'never throws, whatever it is given: %p',
  (value: unknown) => {
    expect(failureMessage('access_denied', value)).toBe('The login was cancelled.')
    expect(failureMessage(value)).toBe('The login did not work. Please try again.')
  },
)

it('has the general text for a code that is the name of something else in JavaScript', () => {
  for (const code of ['general', 'toString', '__proto__'])
    expect(failureMessage(code)).toBe('The login did not work. Please try again.')
})

import { read } from '../src/index.js'

it.each([
  [1, '1'],
  ['11', '11'],
  [' a ', ' a '],
  ['муид', 'муид'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['x'.repeat(255), 'x'.repeat(255)],
])('identifies a user by %p', (value, id) => expect(read.identifier(value)).toBe(id))

it.each([
  undefined,
  null,
  '',
  '  ',
  0,
  '0',
  -1,
  1.5,
  2 ** 53,
  Number.NaN,
  true,
  {},
  { $gt: '' },
  [],
  ['1'],
  'a\nb',
  'x'.repeat(256),
])('identifies nobody by %p', (value) => expect(read.identifier(value)).toBeUndefined())

it.each([
  [3600, 'seconds', 3_600_000],
  ['3600', 'seconds', 3_600_000],
  [3600, 'milliseconds', 3600],
  [2_592_000_000, 'milliseconds', 2_592_000_000],
] as const)('reads a lifetime of %p %s', (lifetime, unit, ms) => {
  const before = Date.now()
  const time = read.expiresAt(lifetime, unit)?.getTime() ?? 0
  expect(time - before).toBeGreaterThanOrEqual(ms)
  expect(time - Date.now()).toBeLessThanOrEqual(ms)
})

it.each([
  -1,
  0,
  1e308,
  '3600abc',
  '3600 ',
  ' 3600',
  '1e3',
  '',
  'NaN',
  Number.NaN,
  Infinity,
  null,
  undefined,
  true,
  {},
  [],
  ['3600'],
])('reads no lifetime out of %p', (lifetime) =>
  expect(read.expiresAt(lifetime, 'seconds')).toBeUndefined(),
)

it('reads a lifetime up to the last moment there is', () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(0)
  expect(read.expiresAt(8.64e15, 'milliseconds')).toEqual(new Date(8.64e15))
  expect(read.expiresAt(8.64e15 + 1, 'milliseconds')).toBeUndefined()
  now.mockRestore()
})

it.each(['http://a.example/x', 'https://a.example', 'HTTPS://A.example/'])('takes %s', (url) =>
  expect(read.webURL(url)).toBe(url),
)

it.each([
  'javascript:alert(1)',
  'javascript:alert(1)//http://a.example',
  'data:text/html,x',
  '//a.example',
  '/x',
  '',
  'http://',
  7,
  null,
  ['https://a.example'],
])('takes %p for no address of a web page', (url) => expect(read.webURL(url)).toBeUndefined())

it.each([
  ['Ada', 'Ada'],
  [7, '7'],
  [0, '0'],
  [' a', ' a'],
  ['', undefined],
  ['  ', undefined],
  [null, undefined],
  [Number.NaN, undefined],
  [{}, undefined],
  [true, undefined],
])('reads %p as the text %p', (value, text) => expect(read.text(value)).toBe(text))

it('leaves out what is undefined and keeps what is empty', () =>
  expect(read.compact({ a: undefined, b: '', c: null })).toStrictEqual({ b: '', c: null }))

it('lists what there is as Passport does', () => {
  expect(read.list('a')).toEqual([{ value: 'a' }])
  expect(read.list(undefined)).toBeUndefined()
})

import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { read } from '../src/index.js'

const BUNDLE = { bundle: true, platform: 'node', write: false } as const

afterEach(() => jest.restoreAllMocks())

// in a process of its own: Jest's modules are not optimised in the same way
it('reads an address of Latin letters, also when V8 has optimised the reading', () => {
  const contents = `
    import { webURL } from './read.js'
    const found = new Set()
    for (let i = 0; i < 50_000; i++) found.add(webURL('https://ä.example/ä.png'))
    console.log([...found].join())`
  const resolveDir = path.join(__dirname, '../src')
  const made = buildSync({ stdin: { contents, resolveDir }, ...BUNDLE })
  const found = execFileSync(process.execPath, ['-e', made.outputFiles[0]!.text])
  expect(String(found)).toBe('https://xn--4ca.example/%C3%A4.png\n')
})

it.each([
  [1, '1'],
  ['11', '11'],
  [' a ', ' a '],
  ['муид', 'муид'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['x'.repeat(255), 'x'.repeat(255)],
])('identifies a user by %p', (value, id) => expect(read.identifier(value)).toBe(id))

const NOBODY = [
  [undefined, null, true, {}, { $gt: '' }, [], ['1']],
  [0, -1, 1.5, 2 ** 53, Number.NaN],
  ['', '  ', '0', 'a\nb', 'a\ud800', '\udc00a', 'x'.repeat(256)],
  ['null', 'NULL', 'undefined', 'None', 'NaN', '[object Object]'],
].flat()

it.each(['00', '-', '00000000-0000-0000-0000-000000000000', '<nil>', '(null)', 'false'])(
  'FR79 identifies nobody by %p, which a program writes where it has no id',
  (value) => expect(read.identifier(value)).toBeUndefined(),
)

it.each(NOBODY)('identifies nobody by %p', (value) =>
  expect(read.identifier(value)).toBeUndefined(),
)

it.each(['1990-01-31', '2024-02-29', '1900-12-01', ' 1990-01-31\n'])('reads the day %j', (value) =>
  expect(read.day(value)).toBe(value.trim()),
)

const NO_DAYS = [
  ['0000-00-00', '0000-01-31', '1990-02-30', '1990-13-01'],
  ['12024-01-31', '2024-01-311', '1990-1-31', '31.01.1990', '1990-01-31T00:00:00Z', '1990'],
  ['1990-01-031', '1990-01-31-02'],
  [631152000000, 19900131, null, {}, ['1990-01-31']],
].flat()

it.each(NO_DAYS)('reads no day from %j', (value) => expect(read.day(value)).toBeUndefined())

it.each([
  [3600, 'seconds', 3_600_000],
  ['3600', 'seconds', 3_600_000],
  [3600, 'milliseconds', 3600],
  [2_592_000_000, 'milliseconds', 2_592_000_000],
] as const)('reads a lifetime of %p %s', (lifetime, unit, ms) => {
  jest.spyOn(Date, 'now').mockReturnValue(7)
  expect(read.expiresAt(lifetime, unit)).toEqual(new Date(7 + ms))
})

// QPay sends the moment in seconds, Ghost in milliseconds; others have tokens for 50 years
it.each([
  [1_796_031_505, 'seconds', 1_796_031_505_000],
  ['1796031505', 'seconds', 1_796_031_505_000],
  [1_796_031_505_000, 'seconds', 1_796_031_505_000],
  [1_796_031_505_000, 'milliseconds', 1_796_031_505_000],
  [1_700_000_000_000, 'milliseconds', 1_700_000_000_000],
  [1_000_000_000_000, 'seconds', 1_000_000_000_000],
  [1_576_800_000, 'seconds', 1_790_000_000_000 + 1_576_800_000_000],
  [1_796_031_505, 'milliseconds', 1_790_000_000_000 + 1_796_031_505],
] as const)('FR91 reads %p %s as the moment or the lifetime that it can be', (sent, unit, end) => {
  jest.spyOn(Date, 'now').mockReturnValue(1_790_000_000_000)
  expect(read.expiresAt(sent, unit)).toEqual(new Date(end))
})

const NO_LIFETIMES = [
  [-1, 0, 1e308, Number.NaN, Infinity],
  ['3600abc', '3600 ', ' 3600', '1e3', '', 'NaN'],
  [null, undefined, true, {}, [], ['3600']],
].flat()

it.each(NO_LIFETIMES)('reads no lifetime out of %p', (lifetime) =>
  expect(read.expiresAt(lifetime, 'seconds')).toBeUndefined(),
)

it('A57 reads a lifetime up to the last moment there is', () => {
  jest.spyOn(Date, 'now').mockReturnValue(0)
  expect(read.expiresAt(8.64e15, 'milliseconds')).toEqual(new Date(8.64e15))
  expect(read.expiresAt(8.64e15 + 1, 'milliseconds')).toBeUndefined()
})

it.each([
  ['http://a.example/x', 'http://a.example/x'],
  ['https://a.example', 'https://a.example/'],
  ['HTTPS://A.example/', 'https://a.example/'],
  [' https://a.example/x\n', 'https://a.example/x'],
  ['https://a.example/đ b.png?x="y"', 'https://a.example/%C4%91%20b.png?x=%22y%22'],
])('reads the address %j as %s, encoded', (url, href) => expect(read.webURL(url)).toBe(href))

const NO_ADDRESSES = [
  ['javascript:alert(1)', 'javascript:alert(1)//http://a.example', 'data:text/html,x'],
  ['//a.example', '/x', '', 'http://', 'https:///a.example', 'https://a.example/x\r\ny'],
  ['https://https://a.example/x', 'http://HTTP:/a.example/x'],
  ['https://user:pass@a.example/x', 'https://user@a.example/x', 'https://:pass@a.example/x'],
  [7, null, ['https://a.example']],
].flat()

it.each(NO_ADDRESSES)('takes %p for no address of a web page', (url) =>
  expect(read.webURL(url)).toBeUndefined(),
)

it.each([
  ['Ada', 'Ada'],
  [7, '7'],
  [0, '0'],
  [' a ', 'a'],
  ['Ada\u0000', 'Ada'],
  ['Ada\nLovelace', 'Ada Lovelace'],
  ['a\ud800', 'a\ufffd'],
  ['\u0007', undefined],
  ['', undefined],
  ['  ', undefined],
  [null, undefined],
  [{}, undefined],
  [true, undefined],
  ['a\r\n\vb', 'a b'],
])('reads %j as the text %j', (value, text) => expect(read.text(value)).toBe(text))

it('reads no text from a number that JSON does not have', () =>
  expect(read.text(Number.NaN)).toBeUndefined())

it.each([
  ['a@b.example', 'a@b.example'],
  [' a@b.example\r\n', 'a@b.example'],
  ['\u0000\r\n a@b.example', 'a@b.example'],
  ['\r\n', undefined],
  ['a@b.example\nbcc: c@d.example', undefined],
  ['a\u0000@b.example', undefined],
  ['a\u2028@b.example', undefined],
  [7, '7'],
  [{}, undefined],
])('reads the address or number %j as %j, whole or not at all', (value, text) =>
  expect(read.plainText(value)).toBe(text),
)

it.each([
  [97_699_112_233, '97699112233'],
  ['+976 9911-2233', '+976 9911-2233'],
  [0, undefined],
  ['0', undefined],
  [2 ** 60, undefined],
  [-1, undefined],
  ['', undefined],
  [' +976 9911 2233\n', '+976 9911 2233'],
  ['٩٩١١', '٩٩١١'],
  ['null', undefined],
  ['N/A', undefined],
  ['000', undefined],
])('FR185 reads the phone %j as %j', (value, phone) => expect(read.phone(value)).toBe(phone))

it.each([undefined, null, false, 0, '0', '', ' ', [], {}, Number.NaN])(
  'takes %p for nothing',
  (value) => expect(read.isNothing(value)).toBe(true),
)

// PHP sends numbers and flags as text, and some sites send what is missing as the text null
it.each(['false', 'null', ' 0\n', 'False', 'NULL'])('FR96 takes the text %j for nothing', (value) =>
  expect(read.isNothing(value)).toBe(true),
)

it.each([true, 1, 'x', 'nullable', 'true', [0], { a: 0 }])('takes %j for something', (value) =>
  expect(read.isNothing(value)).toBe(false),
)

it('reads an object, or an empty one in place of anything else', () => {
  expect(read.object({ a: 1 })).toEqual({ a: 1 })
  for (const value of [null, [1], 'x', 7]) expect(read.object(value)).toEqual({})
})

it('reads an address of 65 000 spaces without a long wait', () => {
  // the time that this takes grew with the square of its length
  expect(read.plainText(`a${' '.repeat(65_000)}b`)).toHaveLength(65_002)
})

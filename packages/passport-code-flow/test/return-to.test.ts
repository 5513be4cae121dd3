import { safeReturnTo } from '../src/index.js'

it.each(['/', '/account', '/a/b?x=1&y=2#z', '/a//b', '/@evil.example', '/%2f%2fevil.example'])(
  'goes back to %s',
  (path) => expect(safeReturnTo(path, '/other')).toBe(path),
)

const ELSEWHERE = [
  ['//evil.example', '/\\evil.example', '\\/evil.example', '/\t/evil.example', '/\n/evil.example'],
  [' //evil.example', 'https:evil.example', 'https://app.test@evil.example', 'evil.example'],
  ['https://evil.example/', 'javascript:alert(1)', '///evil.example', '/%0d%0a/../\\evil.example'],
  ['/./\u002f/evil.example', '/%2e%2e//evil.example', '/..//evil.example', '/.//evil.example'],
  ['/a/..//evil.example', '/a\\b', '/a\tb', '/\u0000', 'account', '', undefined, null, 7, ['/a']],
  [`/${'a'.repeat(2048)}`, `/${'я'.repeat(1000)}`, { toString: () => '/a' }],
].flat()

it.each(ELSEWHERE)('A93 A94 goes to the default page for %p', (value) =>
  expect(safeReturnTo(value)).toBe('/'),
)

it.each([
  ['/a b', '/a%20b'],
  ['/tìm kiếm?q=cà phê#đ', '/t%C3%ACm%20ki%E1%BA%BFm?q=c%C3%A0%20ph%C3%AA#%C4%91'],
  ['/a?q="x"', '/a?q=%22x%22'],
  // letters that a Location header cannot hold
  ['/профиль', '/%D0%BF%D1%80%D0%BE%D1%84%D0%B8%D0%BB%D1%8C'],
])('encodes %j as a browser does: %s', (given, path) => expect(safeReturnTo(given)).toBe(path))

it('goes to the fallback that it is given', () =>
  expect(safeReturnTo('//evil.example', '/home')).toBe('/home'))

it('takes 2 048 characters and not one more, before and after resolving', () => {
  const long = `/${'a'.repeat(2047)}`
  expect(safeReturnTo(long)).toBe(long)
  expect(safeReturnTo(`${long}a`)).toBe('/')
  // grows to three times its length
  expect(safeReturnTo(`/${'é'.repeat(1000)}`)).toBe('/')
  // shrinks to one character
  expect(safeReturnTo(`/${'a/../'.repeat(500)}`, '/home')).toBe('/home')
})

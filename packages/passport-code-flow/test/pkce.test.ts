import { challengesOf, isVerifier, randomText } from '../src/pkce.js'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

it('A25 encodes the verifier of RFC 7636 appendix B in both forms', () => {
  expect(challengesOf(VERIFIER, ['raw', 'hex'])).toEqual([
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    'MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw',
  ])
})

it('makes a challenge by any function of the verifier', () => {
  expect(challengesOf(VERIFIER, [(verifier) => verifier.slice(0, 4)])).toEqual(['dBjf'])
})

it('A05 A24 makes texts of 256 bits that never repeat and are of the length and alphabet of RFC 7636', () => {
  const random = jest.spyOn(Math, 'random')
  const verifiers = Array.from({ length: 10_000 }, () => randomText(32))
  expect(new Set(verifiers).size).toBe(10_000)
  expect(verifiers.every((verifier) => /^[A-Za-z0-9_-]{43}$/.test(verifier))).toBe(true)
  expect(random).not.toHaveBeenCalled()
  random.mockRestore()
})

it('gives out every random byte once, across refills', () => {
  const bytes = Array.from({ length: 2000 }, (_, index) => randomText(16 + (index % 17)))
  expect(bytes.map((text) => Buffer.from(text, 'base64url').length)).toEqual(
    bytes.map((_, index) => 16 + (index % 17)),
  )
  expect(new Set(bytes.map((text) => text.slice(0, 16))).size).toBe(2000)
  expect(bytes.some((text) => text.includes('AAAAAAAA'))).toBe(false)
})

it.each(['', 'short', 'x'.repeat(129), `${'x'.repeat(42)} `, 7, undefined, [VERIFIER]])(
  'takes %p for no verifier',
  (value) => expect(isVerifier(value)).toBe(false),
)

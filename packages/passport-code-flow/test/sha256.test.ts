import crypto from 'node:crypto'
import { sha256 } from '../src/sha256.js'

const { hash } = crypto

afterEach(() => {
  crypto.hash = hash
})

// RFC 7636 appendix B
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

describe.each([
  ['as this Node hashes', hash],
  ['where Node has no crypto.hash', undefined],
])('%s', (_title, given) => {
  beforeEach(() => void Reflect.set(crypto, 'hash', given))

  it('gives the digest in base64url', () => {
    expect(sha256(VERIFIER, 'base64url')).toBe(CHALLENGE)
  })

  it('gives the digest of the UTF-8 bytes in hexadecimal digits', () => {
    const bytes = Buffer.from('Бат')
    expect(sha256('Бат', 'hex')).toBe(crypto.createHash('sha256').update(bytes).digest('hex'))
  })
})

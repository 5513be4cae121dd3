import * as fc from 'fast-check'
import { safeReturnTo } from '../../src/return-to.js'
import { hostileText, hostileValue, type Law } from './hostile.js'

const BASES = [
  'https://shop.test/login/callback?code=1',
  'http://shop.test:8080/',
  'https://user:pass@shop.test/a/b/c',
  'http://[::1]:3000/x',
  'http://127.0.0.1/a/../b/',
  'https://xn--e1afmkfd.test/',
]

const path = fc.oneof(
  hostileText.map((text) => `/${text}`),
  fc.webPath({ size: '+1' }),
  hostileText,
  hostileValue,
)

export const returnToLaws: Law[] = [
  {
    name: 'a return target stays on the site, resolved as a browser does from any of its pages',
    property: fc.property(path, fc.constantFrom(...BASES), (value, base) => {
      const target = safeReturnTo(value)
      return new URL(target, base).origin === new URL(base).origin
    }),
  },
  {
    name: 'a return target is one line of at most 2048 characters that begins with one slash',
    property: fc.property(path, (value) => {
      const target = safeReturnTo(value)
      return target.length <= 2048 && /^\/(?![/\\])[^\s\\\p{Cc}]*$/u.test(target)
    }),
  },
  {
    name: 'a return target that has been checked passes a second check unchanged',
    property: fc.property(path, (value) => {
      const target = safeReturnTo(value)
      return safeReturnTo(target, 'changed') === target
    }),
  },
]

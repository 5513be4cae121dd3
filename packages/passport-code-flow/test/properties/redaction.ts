import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { LoginStopped } from '../../src/errors.js'
import { errorOf } from '../../src/login/outcome.js'
import type { Settings } from '../../src/settings.js'
import { Redactor } from '../../src/redact.js'
import { Steps } from '../../src/steps.js'
import { hostileText, hostileValue, type Law } from './hostile.js'

/** Secrets of any shape, with ends that no other text has. */
const secret = fc
  .oneof(hostileText, fc.base64String(), fc.uuid())
  .map((middle) => `Zq9${middle.slice(0, 40)}9qZ`)

const someSecrets = fc
  .array(secret, { minLength: 1, maxLength: 4 })
  // one that another begins with
  .chain((all) => fc.constantFrom(all, [...all, `${all[0]}-longer`]))

/** The ways in which a server, a driver or a parser would write it. */
function spellings(text: string): string[] {
  const own = [text, JSON.stringify(text).slice(1, -1)]
  if (Buffer.from(text).toString() !== text) return own
  return [...own, encodeURIComponent(text), new URLSearchParams([['', text]]).toString().slice(1)]
}

interface Echo {
  secrets: string[]
  text: string
}

const piece = fc.tuple(hostileText, fc.nat(), fc.nat())

/** A text that holds secrets in some spelling, among other things. */
const echo: fc.Arbitrary<Echo> = fc
  .tuple(someSecrets, fc.array(piece, { minLength: 1, maxLength: 3 }))
  .map(([secrets, pieces]) => {
    const texts = pieces.map(([filling, which, how]) => {
      const chosen = spellings(secrets[which % secrets.length] ?? '')
      return filling.slice(0, 40) + chosen[how % chosen.length]
    })
    return { secrets, text: texts.join('') }
  })

function isSilent(printed: string, { secrets: all }: Echo): boolean {
  return all.flatMap(spellings).every((spelling) => !printed.includes(spelling))
}

function print(error: Error): string {
  const { message, stack, cause } = error
  const parts = [message, stack, JSON.stringify(error), inspect(error), (cause as Error)?.stack]
  return parts.map(String).join('\n')
}

/** What a driver's error looks like: the secret in its text, its name, its code, and beside them. */
const THROWN: ((text: string) => unknown)[] = [
  (text) => new Error(text),
  (text) => Object.assign(new TypeError('x'), { code: text }),
  (text) => Object.assign(new Error(''), { code: text, config: { authorization: text } }),
  (text) => Object.assign(new Error('x'), { name: text }),
  (text) => new Error('x', { cause: new Error(text) }),
  (text) => new AggregateError([new Error(text)], text),
  (text) => Object.assign(new Error('x'), { stack: `Error: ${text}\n    at ${text}` }),
  (text) => text,
  (text) => ({ message: text }),
]

const known = { publicValues: [], secretValues: [] }
const settings = { name: 'acme', clientID: 'app', provider: {}, ...known } as unknown as Settings

/** The error that a login ends in, without traces: they cost more than all the rest. */
function told(stop: () => LoginStopped, secrets: unknown[]): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return errorOf(stop(), new Steps(settings, 'token', ...secrets))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const isTidy = (text = '') => text.length <= 200 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)

export const redactionLaws: Law[] = [
  {
    runs: 4000,
    name: "no secret is readable in an error's cause, however it got there",
    property: fc.property(echo, fc.constantFrom(...THROWN), (found, make) => {
      const stopped = () => new LoginStopped('guard', 'it failed', { cause: make(found.text) })
      return isSilent(print(told(stopped, found.secrets)), found)
    }),
  },
  {
    runs: 1500,
    name: "no secret is readable in a provider's words, which are one short line",
    property: fc.property(echo, hostileValue, (found, other) => {
      const { text } = found
      const provider = { status: 400, code: text, message: text, details: { reason: text } }
      const secrets = [...found.secrets, other, undefined, '']
      const error = told(() => new LoginStopped('bad_response', 'it failed', { provider }), secrets)
      const words = new Redactor(settings, secrets).tidyDetail(provider)
      const texts = [words.code, words.message, words.details?.['reason']]
      return isSilent(print(error) + JSON.stringify(words), found) && texts.every(isTidy)
    }),
  },
]

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
  const wellFormed = Buffer.from(text).toString() === text
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    ...(wellFormed
      ? [encodeURIComponent(text), new URLSearchParams([['', text]]).toString().slice(1)]
      : []),
  ]
}

interface Echo {
  secrets: string[]
  text: string
}

/** A text that holds secrets in some spelling, among other things. */
const echo: fc.Arbitrary<Echo> = fc
  .tuple(
    someSecrets,
    fc.array(fc.tuple(hostileText, fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
  )
  .map(([all, pieces]) => ({
    secrets: all,
    text: pieces
      .map(([filling, which, how]) => {
        const chosen = spellings(all[which % all.length] ?? '')
        return filling.slice(0, 40) + chosen[how % chosen.length]
      })
      .join(''),
  }))

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

/** Where an error arose is not what is looked at here, and costs more than all the rest. */
function withoutTraces<T>(run: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const known = { publicValues: [], secretValues: [] }
const settings = { name: 'acme', clientID: 'app', provider: {}, ...known } as unknown as Settings

function told(stopped: LoginStopped, secrets: unknown[]): Error {
  return errorOf(stopped, new Steps(settings, 'token', ...secrets))
}

export const redactionLaws: Law[] = [
  {
    runs: 4000,
    name: "no secret is readable in an error's cause, however it got there",
    property: fc.property(echo, fc.constantFrom(...THROWN), (found, make) =>
      withoutTraces(() => {
        const stopped = new LoginStopped('guard', 'it failed', { cause: make(found.text) })
        return isSilent(print(told(stopped, found.secrets)), found)
      }),
    ),
  },
  {
    runs: 1500,
    name: "no secret is readable in a provider's words, which are one short line",
    property: fc.property(echo, hostileValue, (found, other) => {
      const { text } = found
      const provider = { status: 400, code: text, message: text, details: { reason: text } }
      const secrets = [...found.secrets, other, undefined, '']
      const error = withoutTraces(() =>
        told(new LoginStopped('bad_response', 'it failed', { provider }), secrets),
      )
      const words = new Redactor(settings, secrets).tidyDetail(provider)
      const texts = [words.code, words.message, words.details?.['reason']]
      return (
        isSilent(print(error) + JSON.stringify(words), found) &&
        texts.every(
          (one) => (one?.length ?? 0) <= 200 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one ?? ''),
        )
      )
    }),
  },
]

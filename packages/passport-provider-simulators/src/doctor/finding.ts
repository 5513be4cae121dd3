/** One result of the doctor, in words for the operator of the application. */
export interface Finding {
  /** `wrong` breaks logins, `check` may break them, `unknown` could not be examined. */
  level: 'ok' | 'check' | 'wrong' | 'unknown'
  what: string
  /** What to do about it. */
  advice?: string
}

/** Findings as they come: false, undefined and an empty text are none. */
export type Findings = Finding | false | '' | undefined | readonly Findings[]

/** The findings in one list. */
export function listFindings(findings: Findings): Finding[] {
  if (isList(findings)) return findings.flatMap(listFindings)
  return findings ? [findings] : []
}

function isList(findings: Findings): findings is readonly Findings[] {
  return Array.isArray(findings)
}

/** A finding: this is right. */
export const ok = (what: string): Finding => ({ level: 'ok', what })

/** A finding: this makes logins fail, or makes them unsafe. */
export const wrong = (what: string, advice: string): Finding => ({ level: 'wrong', what, advice })

/** A finding: this may be wrong, and a person has to check it. */
export const check = (what: string, advice: string): Finding => ({ level: 'check', what, advice })

/** A finding: this could not be examined. */
export const unknown = (what: string, advice: string) =>
  ({ level: 'unknown', what, advice }) as const

const MARKS = { ok: 'ok     ', check: 'check  ', wrong: 'WRONG  ', unknown: '?      ' }
const LENGTH_LIMIT = 600
/** A shorter text is not treated as a secret: hiding it would make the lines unreadable. */
const SHORTEST = 4

/**
 * A finding as the command prints it. An answer may repeat what was sent: so no spelling of a
 * secret, no user info of a URL and no control character is printed.
 */
export function format({ level, what, advice }: Finding, secrets: readonly string[] = []): string {
  const clean = (text: string) => cleanLine(text, secrets)
  return `${MARKS[level]}${clean(what)}\n${advice === undefined ? '' : `       ${clean(advice)}\n`}`
}

function cleanLine(text: string, secrets: readonly string[]): string {
  const hidden = secrets.map((secret) => secret.trim()).filter(({ length }) => length >= SHORTEST)
  const line = hidden
    .reduce((rest, secret) => rest.replaceAll(anySpelling(secret), '…'), text)
    // only from the first slash on: otherwise a long run of slashes takes seconds
    .replaceAll(/(?<![\\/])([\\/]{2,})[^\\/?#\s]*@/g, '$1…@')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ')
  return line.length > LENGTH_LIMIT ? `${line.slice(0, LENGTH_LIMIT)}…` : line
}

/** Matches a secret as it is, and as JSON and URLs encode it, once or several times. */
function anySpelling(secret: string): RegExp {
  // never begins inside a run of backslashes, for the same reason
  return new RegExp(`(?!(?<=\\\\)\\\\)${Array.from(secret, spell).join('')}`, 'gi')
}

function spell(letter: string): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0')
  const inURL = [...Buffer.from(letter)].map((byte) => `%(?:25)*${hex(byte, 2)}`).join('')
  const units = Array.from({ length: letter.length }, (_, index) => letter.charCodeAt(index))
  const inJSON = units.map((unit) => String.raw`\\+u${hex(unit, 4)}`).join('')
  const short = JSON.stringify(letter).slice(1, -1).replace(/^\\/, '')
  const blank = letter === ' ' ? [String.raw`\+`] : []
  const plain = [String.raw`\\*${escapePattern(short)}`, escapePattern(letter)]
  return `(?:${[...plain, inURL, inJSON, ...blank].join('|')})`
}

function escapePattern(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
}

/** One thing the doctor has looked at, in words for whoever runs the application. */
export interface Finding {
  /** `wrong` breaks logins, `check` may, `unknown` could not be looked at. */
  level: 'ok' | 'check' | 'wrong' | 'unknown'
  what: string
  /** What to do about it. */
  advice?: string
}

/** All is well. */
export const ok = (what: string): Finding => ({ level: 'ok', what })

/** Logins cannot work, or are not safe, like this. */
export const wrong = (what: string, advice: string): Finding => ({ level: 'wrong', what, advice })

/** It may be wrong: somebody has to look. */
export const check = (what: string, advice: string): Finding => ({ level: 'check', what, advice })

/** It could not be looked at. */
export const unknown = (what: string, advice: string): Finding => ({
  level: 'unknown',
  what,
  advice,
})

const MARKS = { ok: 'ok     ', check: 'check  ', wrong: 'WRONG  ', unknown: '?      ' }

/** A finding as the command prints it. */
export function format({ level, what, advice }: Finding): string {
  return `${MARKS[level]}${what}\n${advice === undefined ? '' : `       ${advice}\n`}`
}

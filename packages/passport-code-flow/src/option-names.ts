import { refuseOption } from './options.js'

/** The options that every strategy has. */
const KNOWN = [
  'clientID',
  'clientSecret',
  'callbackURL',
  'passReqToCallback',
  'skipUserProfile',
  'name',
  'timeout',
  'maxResponseBytes',
  'agent',
  'dispatcher',
  'headers',
  'once',
  'codeTTL',
  'pendingTTL',
  'maxPending',
  'allowInsecure',
  'allowCrossSiteStart',
]

/** Options of passport-oauth2 that do not exist here: what to do instead. */
const ELSEWHERE: Record<string, string> = {
  scope: 'does not exist here: a provider that takes scopes has them in passport.authenticate()',
  scopeSeparator: 'does not exist here: see the options of the provider for scopes',
  state:
    'does not exist here: every login is bound to its session; give your own state to passport.authenticate()',
  store: 'does not exist here: pending logins are in the session',
  sessionKey: 'does not exist here: pending logins are in the session, under a key of their own',
  pkce: 'does not exist here: the provider decides about PKCE',
  proxy: 'does not exist here: callbackURL is absolute and never derived from a request',
  customHeaders: 'is called headers here',
}

/**
 * Throws a `TypeError` for a name that is probably a mistake. Warns of other unknown names. The
 * warning begins with `owner`. `options` is a copy of what was `given`; `own` names the options in
 * addition to those that every strategy has.
 */
export function checkNames(
  options: Record<string, unknown>,
  given: object,
  owner: string,
  own: readonly string[],
): void {
  const known = [...KNOWN, ...own]
  if (typeof options['skipUserProfile'] === 'function')
    refuseOption('skipUserProfile', 'must be true or false, not a function')
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    // a method of the application's own class is no option
    if (typeof options[name] === 'function' && !Object.hasOwn(given, name)) continue
    const lower = name.toLowerCase()
    const elsewhere = Object.keys(ELSEWHERE).find((one) => one.toLowerCase() === lower)
    if (elsewhere) refuseOption(name, ELSEWHERE[elsewhere]!)
    const near = nearest(name, known)
    if (near) refuseOption(name, `is unknown: did you mean ${near}?`)
    process.emitWarning(`${owner}: option ${name} is unknown and has no effect`, {
      type: 'Warning',
      code: 'PASSPORT_CODE_FLOW_UNKNOWN_OPTION',
    })
  }
}

/** The known name that a misspelled name probably means. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  return known.find((one) => distance(one.toLowerCase(), name.toLowerCase()) <= 2)
}

/** How many letters must be added, removed or changed to turn one name into the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      next[j] = Math.min(change, row[j]! + 1, next[j - 1]! + 1)
    }
    row = next
  }
  return row[other.length]!
}

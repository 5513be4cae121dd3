const ORIGIN = 'http://this-site.invalid'
const LIMIT = 2048

/**
 * A path of this site to go back to after a login, or `fallback`. Takes anything, never throws. The
 * result starts with one slash and is encoded as in a browser. In every browser it stays on this site
 * (RFC 9700 section 4.11).
 */
export function safeReturnTo(value: unknown, fallback = '/'): string {
  if (typeof value !== 'string' || value.length > LIMIT || !isLocal(value)) return fallback
  const { pathname, search, hash } = new URL(value, ORIGIN)
  // resolving can turn a path into a host: /..//evil.example
  const resolved = pathname + search + hash
  return resolved.length <= LIMIT && isLocal(resolved) ? resolved : fallback
}

function isLocal(path: string): boolean {
  // browsers remove tabs and line breaks, and read a backslash as a slash (URL Standard, section 4.4)
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path)
}

/**
 * Whether a Content-Security-Policy lets a form of `page` lead to `target`. Several policies are
 * separated by commas, and each of them must allow it. No other directive replaces a missing
 * `form-action`.
 */
export function allowsForm(policies: string, target: URL, page: URL): boolean {
  return policies.split(',').every((policy) => {
    const directives = policy.split(';').map((text) => text.trim().split(/\s+/))
    const found = directives.find(([name]) => name?.toLowerCase() === 'form-action')
    return !found || found.slice(1).some((source) => matches(source, target, page))
  })
}

/** CSP3 section 6.7.2: one source, such as `'self'`, `https:` or `https://*.example:8443/path`. */
function matches(source: string, target: URL, page: URL): boolean {
  if (source.toLowerCase() === "'self'") return target.origin === page.origin
  if (source === '*') return /^https?:$/.test(target.protocol)
  if (/^[a-z][a-z\d+.-]*:$/i.test(source)) return isScheme(source.toLowerCase(), target)
  const [, scheme = page.protocol, host = '', port] =
    /^(?:([a-z][a-z\d+.-]*:)\/\/)?([^/:]+)(?::(\d+|\*))?/i.exec(source) ?? []
  return (
    isScheme(scheme.toLowerCase(), target) &&
    isHost(host.toLowerCase(), target.hostname) &&
    (port === '*' || (port ?? '') === target.port || isDefault(port, target))
  )
}

/** A policy for http also permits https. */
function isScheme(scheme: string, { protocol }: URL): boolean {
  return protocol === scheme || (scheme === 'http:' && protocol === 'https:')
}

function isHost(pattern: string, hostname: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern
}

function isDefault(port: string | undefined, { port: actual, protocol }: URL): boolean {
  return actual === '' && port === (protocol === 'https:' ? '443' : '80')
}

/** The URL of a text, which may be relative to `base`; undefined where it is none. */
export function parseURL(text: string, base?: URL): URL | undefined {
  // not URL.canParse: the URL of jsdom in Jest 29 has none
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** True for names and addresses of this computer that only this computer can use. */
export function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/**
 * True for the names of this computer and the allowed ones. Anybody can point a name of their own
 * at 127.0.0.1. For a browser, their pages and the simulator are then one site.
 */
export function isAllowedHost(header = '', allowed: string[]): boolean {
  const name = header.toLowerCase().replace(/:\d*$/, '')
  return isLoopback(name) || allowed.includes(name)
}

/** The names in small letters; an address with a scheme or a port would fit no request. */
export function checkHosts(names: unknown[]): string[] {
  return names.map((name) => {
    if (typeof name === 'string' && /^([^\s/:@]+|\[[\da-f:]+\])$/i.test(name))
      return name.toLowerCase()
    throw new TypeError('allowedHosts must be host names without scheme and port')
  })
}

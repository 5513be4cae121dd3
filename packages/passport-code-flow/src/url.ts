import { isIP } from 'node:net'

/** The URL of a text, which may be relative to `base`; undefined where it is none. */
export function parseURL(text: string, base?: string): URL | undefined {
  // not URL.canParse: in Node 20 it is false for https://ä.example once V8 has optimised its caller
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** True for the addresses and names of this machine itself. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]')
    return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}

/** An address that a cookie has to reach. */
export interface Addressee {
  url: URL
  /** Its host names: the one that was asked, and the one that people use. */
  hosts: string[]
}

/** Browsers keep no cookie whose name and value are longer (RFC 6265bis section 5.6). */
const LONGEST = 4096

/**
 * Why a browser does not keep a cookie of this application or does not send it to this address;
 * undefined if it does (RFC 6265bis sections 4.1.3, 5.6 and 5.7).
 */
export function whyLost(cookie: string, { url, hosts }: Addressee): string | undefined {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim())
  const [name = ''] = pair.split('=', 1)
  const valueOf = (wanted: string) =>
    attributes
      .map((part) => /^([^=]*)=?(.*)$/s.exec(part) ?? [])
      .findLast(([, attribute = '']) => attribute.trim().toLowerCase() === wanted)?.[2]
      ?.trim()
  const path = valueOf('path') ?? ''
  const domain = (valueOf('domain') ?? '').replace(/^\./, '').toLowerCase()
  const isSecure = valueOf('secure') !== undefined
  const isOn = (folder: string) => `${url.pathname}/`.startsWith(folder.replace(/\/?$/, '/'))
  if (Buffer.byteLength(pair) > LONGEST) return `${name} is longer than ${LONGEST} bytes`
  if (path.startsWith('/') && !isOn(path)) return `the Path of ${name} is ${path}`
  if (domain && !hosts.some((host) => `.${host}`.endsWith(`.${domain}`)))
    return `the Domain of ${name} is ${domain}`
  const isHost = /^__host-/i.test(name)
  if (isHost && (!isSecure || domain || path !== '/'))
    return `${name} must be Secure, with the Path / and without a Domain`
  if (isSecure) return undefined
  if (/^__secure-/i.test(name)) return `${name} is not Secure`
  if (valueOf('samesite')?.toLowerCase() === 'none')
    return `${name} is SameSite=None and not Secure`
  return valueOf('partitioned') === undefined ? undefined : `${name} is Partitioned and not Secure`
}

import { isLoopback } from '../hosts.js'
import type { Reply } from './ask.js'
import { type Findings, check, listFindings, ok, unknown, wrong } from './finding.js'

/** An address that a cookie has to reach. */
export interface Addressee {
  url: URL
  /** Its host names: the one that was asked, and the one that people use. */
  hosts: string[]
}

type Cookie = ReturnType<typeof readCookie>

/**
 * Reads a Set-Cookie line as browsers do (RFC 6265bis section 5.6): quotation marks mean nothing,
 * and the last one of two equal attributes counts. Attributes are in lower case.
 */
export function readCookie(line: string) {
  const [first = ['', ''], ...rest] = line.split(';').map((part) => {
    const [name = '', ...value] = part.split('=')
    return [name.trim(), value.join('=').trim()] as const
  })
  // without "=" there is only a value
  const [name, value] = /^[^;]*=/.test(line) ? first : ['', first[0]]
  return { name, value, attributes: new Map(rest.map(([key, text]) => [key.toLowerCase(), text])) }
}

/** The cookies that answers set. */
export function listCookies(replies: Reply[]): Cookie[] {
  return replies.flatMap(({ headers }) => headers['set-cookie'] ?? []).map(readCookie)
}

/** Browsers keep no cookie whose name and value are longer (RFC 6265bis section 5.6). */
const LONGEST = 4096

/**
 * Why a browser does not keep a cookie of this application or does not send it to this address;
 * undefined if it does (RFC 6265bis sections 4.1.3, 5.6 and 5.7).
 */
export function whyLost(
  { name, value, attributes }: Cookie,
  { url, hosts }: Addressee,
): string | undefined {
  const path = attributes.get('path') ?? ''
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase()
  const isSecure = attributes.has('secure')
  const isOn = (folder: string) => `${url.pathname}/`.startsWith(folder.replace(/\/?$/, '/'))
  if (Buffer.byteLength(name + value) > LONGEST) return `${name} is longer than ${LONGEST} bytes`
  if (path.startsWith('/') && !isOn(path)) return `the Path of ${name} is ${path}`
  if (domain && !hosts.some((host) => `.${host}`.endsWith(`.${domain}`)))
    return `the Domain of ${name} is ${domain}`
  if (/^__host-/i.test(name) && (!isSecure || domain || path !== '/'))
    return `${name} must be Secure, with the Path / and without a Domain`
  if (isSecure) return undefined
  if (/^__secure-/i.test(name)) return `${name} is not Secure`
  if (attributes.get('samesite')?.toLowerCase() === 'none')
    return `${name} is SameSite=None and not Secure`
  return attributes.has('partitioned') ? `${name} is Partitioned and not Secure` : undefined
}

/** Whether the session cookies of an application have the flags that protect them. */
export function examineCookies(replies: Reply[], app: URL): Findings {
  const cookies = listCookies(replies).filter(mayNameSession)
  const findings = listFindings(cookies.map((cookie) => examineCookie(cookie, app)))
  // several answers may set the same cookie
  if (findings.length > 0) return [...new Map(findings.map((one) => [one.what, one])).values()]
  const advice = 'Give --start a path that makes a session.'
  return unknown('the application has set no session cookie', advice)
}

/** No session: a cookie that is removed, or whose value anybody can guess, such as a language. */
function mayNameSession({ value, attributes }: Cookie): boolean {
  const isPast = /^thu, 01 jan 1970/i.test(attributes.get('expires') ?? '')
  return value.length >= 16 && !isPast && attributes.get('max-age') !== '0'
}

function examineCookie({ name, attributes }: Cookie, app: URL): Findings {
  const sameSite = attributes.get('samesite')?.toLowerCase()
  const secure = app.protocol === 'https:'
  const faults = listFindings([
    // the script of a page has to read a cookie with a CSRF token
    !attributes.has('httponly') &&
      !/csrf|xsrf/i.test(name) &&
      wrong(`cookie ${name} is not HttpOnly`, 'Scripts of a page could read it.'),
    secure &&
      !attributes.has('secure') &&
      wrong(
        `cookie ${name} is not Secure`,
        "Behind a proxy that ends TLS: app.set('trust proxy', 1), and X-Forwarded-Proto from it.",
      ),
    sameSite === 'strict' &&
      wrong(
        `cookie ${name} is SameSite=Strict`,
        'Browsers do not bring it to the callback: use Lax.',
      ),
    (sameSite === undefined || sameSite === 'none') &&
      check(
        `cookie ${name} is not SameSite=Lax`,
        'Set it, unless other sites show this in a frame.',
      ),
  ])
  if (faults.length > 0) return faults
  const local = !secure && isLoopback(app.hostname) ? ' (Secure is not checked here)' : ''
  return ok(`cookie ${name} has the right flags${local}`)
}

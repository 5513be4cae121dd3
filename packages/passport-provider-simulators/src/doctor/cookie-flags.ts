import type { Reply } from './ask.js'
import { type Findings, check, listFindings, ok, unknown, wrong } from './finding.js'
import { isLoopback } from './settings.js'

/** The Set-Cookie lines of answers. */
export function listCookies(replies: Reply[]): string[] {
  return replies.flatMap(({ headers }) => headers['set-cookie'] ?? [])
}

/** Whether the session cookies of an application have the flags that protect them. */
export function examineCookies(replies: Reply[], app: URL): Findings {
  const cookies = [...new Set(listCookies(replies).filter(mayNameSession))]
  if (cookies.length > 0) return cookies.map((cookie) => examineCookie(cookie, app))
  const advice = 'Give --start a path that makes a session.'
  return unknown('the application has set no session cookie', advice)
}

/** No session: a cookie that is removed, or whose value anybody can guess, such as a language. */
function mayNameSession(cookie: string): boolean {
  const [, value = ''] = /^[^=]*=([^;]*)/.exec(cookie) ?? []
  return value.length >= 16 && !/; *max-age=0\b|; *expires=thu, 01 jan 1970/i.test(cookie)
}

function examineCookie(cookie: string, app: URL): Findings {
  const name = cookie.split('=', 1)[0] ?? ''
  const has = (attribute: RegExp) => attribute.test(cookie)
  const secure = app.protocol === 'https:'
  const faults = listFindings([
    // the script of a page has to read a cookie with a CSRF token
    !has(/; *httponly/i) &&
      !/csrf|xsrf/i.test(name) &&
      wrong(`cookie ${name} is not HttpOnly`, 'Scripts of a page could read it.'),
    secure &&
      !has(/; *secure/i) &&
      wrong(
        `cookie ${name} is not Secure`,
        "Behind a proxy that ends TLS: app.set('trust proxy', 1), and X-Forwarded-Proto from it.",
      ),
    has(/; *samesite=strict/i) &&
      wrong(
        `cookie ${name} is SameSite=Strict`,
        'Browsers do not send it with the callback. Set SameSite=Lax.',
      ),
    !has(/; *samesite=(?!none)/i) &&
      check(
        `cookie ${name} is not SameSite=Lax`,
        'Set SameSite=Lax, unless other sites show this site in a frame.',
      ),
  ])
  if (faults.length > 0) return faults
  const local = !secure && isLoopback(app) ? ' (Secure is not checked here)' : ''
  return ok(`cookie ${name} has the right flags${local}`)
}

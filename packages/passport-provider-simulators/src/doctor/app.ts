import { ask, explain, NO_CODE, type Reply } from './ask.js'
import { type Finding, check, ok, unknown, wrong } from './finding.js'
import { isLoopback, type DoctorSettings } from './settings.js'

/** Looks at a running application from outside, as browsers and attackers do. */
export async function examineApp(settings: DoctorSettings): Promise<Finding[]> {
  const { appURL, callbackURL, startPath } = settings
  if (!appURL) return []
  if (!URL.canParse(appURL)) return [wrong('the address of the application is no URL', 'Mend it.')]
  const app = new URL(appURL)
  const findings: Finding[] = []
  try {
    const replies = [await ask(app)]
    if (callbackURL && URL.canParse(callbackURL)) {
      const { pathname } = new URL(callbackURL)
      findings.push(...(await examineCallback(new URL(pathname, app))))
    }
    if (startPath) {
      const start = new URL(startPath, app)
      findings.push(...(await examineForeignStart(start)))
      const reply = await ask(start, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
      })
      replies.push(reply)
      findings.push(...examineStart(reply))
    }
    findings.push(...examineCookies(replies, app))
  } catch (error) {
    const [what, advice] = explain(error)
    findings.push(wrong(`the application ${app.origin} is not reachable: ${what}`, advice))
  }
  return findings
}

async function examineCallback(url: URL): Promise<Finding[]> {
  const head = await ask(url, { method: 'HEAD' })
  const coming = new URL(url)
  coming.search = `?code=${NO_CODE}&auth_key=${NO_CODE}`
  const prefetch = await ask(coming, { headers: { 'sec-purpose': 'prefetch' } })
  if (head.status === 404)
    return [
      wrong(`there is no route at ${url.pathname}`, 'Mount the strategy at the callback URL.'),
    ]
  return [
    head.status === 405
      ? ok('the callback refuses HEAD: link previews spend no code')
      : wrong(
          `the callback answers HEAD with ${head.status} in place of 405`,
          'Does passport.authenticate run on this path, and is its status passed on?',
        ),
    prefetch.status === 403
      ? ok('the callback refuses prefetches')
      : wrong(
          `the callback answers a prefetch with ${prefetch.status} in place of 403`,
          'Does a proxy remove Sec-Purpose, or is fetchMetadata off?',
        ),
    prefetch.headers['referrer-policy']
      ? ok('the callback has a Referrer-Policy')
      : check('the callback has no Referrer-Policy', 'Send no-referrer: its address holds a code.'),
  ]
}

async function examineForeignStart(url: URL): Promise<Finding[]> {
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.invalid' }
  const { status } = await ask(url, { method: 'POST', headers })
  if (status === 403) return [ok('a start from another site is refused')]
  if (status === 404)
    return [wrong(`there is no POST route at ${url.pathname}`, 'Is --start right?')]
  return [
    wrong(
      `a start from another site is answered with ${status} in place of 403`,
      'Is allowCrossSiteStart on, or does a proxy remove Sec-Fetch-Site and Origin?',
    ),
  ]
}

/** Where a start of the site's own leads; a CSRF check may well refuse it. */
function examineStart({ status, headers }: Reply): Finding[] {
  if (status >= 300 && status < 400) return [ok(`a start leads to ${originOf(headers.location)}`)]
  if (status === 403) return [ok('a start without a CSRF token is refused')]
  return [check(`a start is answered with ${status}`, 'Look into the log of the application.')]
}

function originOf(location = ''): string {
  return URL.canParse(location) ? new URL(location).origin : 'a page of this site'
}

function examineCookies(replies: Reply[], app: URL): Finding[] {
  const cookies = [...new Set(replies.flatMap(({ headers }) => headers['set-cookie'] ?? []))]
  if (cookies.length === 0)
    return [
      unknown('the application has set no cookie', 'Give --start a path that makes a session.'),
    ]
  return cookies.flatMap((cookie) => examineCookie(cookie, app))
}

function examineCookie(cookie: string, app: URL): Finding[] {
  const name = cookie.split('=', 1)[0] ?? ''
  const has = (attribute: RegExp) => attribute.test(cookie)
  const findings: Finding[] = []
  if (!has(/; *httponly/i))
    findings.push(wrong(`cookie ${name} is not HttpOnly`, 'Scripts of a page could read it.'))
  if (app.protocol === 'https:' && !has(/; *secure/i))
    findings.push(
      wrong(
        `cookie ${name} is not Secure`,
        "Behind a proxy that ends TLS: app.set('trust proxy', 1), and X-Forwarded-Proto from it.",
      ),
    )
  if (has(/; *samesite=strict/i))
    findings.push(
      wrong(
        `cookie ${name} is SameSite=Strict`,
        'It is lost on the way back from the provider: Lax.',
      ),
    )
  if (has(/; *samesite=none/i) || !has(/; *samesite=/i))
    findings.push(
      check(`cookie ${name} is not SameSite=Lax`, 'Say Lax, unless the site is framed.'),
    )
  if (findings.length > 0) return findings
  const local =
    app.protocol !== 'https:' && isLoopback(app) ? ' (Secure is not looked at here)' : ''
  return [ok(`cookie ${name} has the right flags${local}`)]
}

import { parseURL } from '../hosts.js'
import { ask, isRedirect, type Reply, unreachable } from './ask.js'
import { examineCallback } from './callback.js'
import { type Addressee, examineCookies, listCookies, whyLost } from './cookies.js'
import { type Finding, type Findings, check, ok, unknown, wrong } from './finding.js'
import { allowsForm } from './form-action.js'
import { isWebAddress, type DoctorSettings } from './settings.js'

/** Sends a running application the requests that browsers and attackers send. */
export async function examineApp(settings: DoctorSettings): Promise<Findings> {
  const { appURL } = settings
  if (!appURL) return undefined
  const advice = 'Give an absolute URL, such as https://shop.example.'
  if (!isWebAddress(appURL)) return wrong('the address of the application is not a URL', advice)
  const app = new URL(appURL)
  return lookAt(app, settings).catch((error: unknown) =>
    unreachable(`the application ${app.origin} is not reachable`, error),
  )
}

async function lookAt(app: URL, settings: DoctorSettings): Promise<Findings> {
  const { callbackURL = '', pagePath, provider, startPath } = settings
  const registered = parseURL(callbackURL)
  const isMonPay = provider === 'monpay'
  const given = pathOf(app, startPath)
  // the MonPay app opens the website link; the callback URL is only compared
  const [link, start] = isMonPay ? [given, undefined] : [undefined, given]
  const callback = registered && {
    url: link ?? new URL(registered.pathname, app),
    // the address of the application may be one behind a proxy
    hosts: [app.hostname, registered.hostname],
  }
  const address = pathOf(app, pagePath) ?? app
  const page = await ask(address)
  const moved = findMove(address, page)
  if (moved) return moved
  const findings: Findings[] = []
  const replies = [page]
  const advice = 'Give a path that begins with one slash.'
  if (startPath && !given) findings.push(wrong('--start is not a path of the application', advice))
  if (start) {
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.invalid' }
    const refused = await ask(start, { method: 'POST', headers: foreign })
    const reply = await ask(start, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })
    replies.push(reply)
    findings.push(examineForeignStart(refused, reply), examineStart(start, reply, callback))
    if (startsLogin(reply))
      findings.push(examineForm(page, reply, app), await examineLaunch(reply, app))
  }
  if (isMonPay && !link && callback?.url.pathname === '/')
    findings.push(
      unknown('the website link was not examined', 'Give its path with --start: /auth/monpay.'),
    )
  else if (callback) {
    const { url } = callback
    const name = provider === 'moneypools' ? 'auth_key' : 'code'
    const isStarted = replies.some((reply) => startsLogin(reply) && reply.headers['set-cookie'])
    const cookie = cookiesFor(callback, replies)
    findings.push(await examineCallback({ url, name, cookie, isStarted }))
  }
  // for a start that redirects without a cookie, examineStart has a finding; with MonPay, a login
  // makes the session
  const isExplained = isMonPay || replies.slice(1).some(startsLogin)
  const isNone = listCookies(replies).length === 0
  return [findings, !(isExplained && isNone) && examineCookies(replies, app)]
}

/** When an application redirects every address to https or to `www`, that address is examined. */
function findMove(address: URL, reply: Reply): Finding | undefined {
  const target = parseURL(reply.headers.location ?? '', address)
  if (!isRedirect(reply) || !target) return undefined
  if (target.origin === address.origin || target.pathname !== address.pathname) return undefined
  return wrong(
    `the application redirects ${address.origin} to ${target.origin}`,
    `It was not examined. Give --app the address that users open: ${target.origin}`,
  )
}

/** An address of the application; undefined unless the text is a path. */
function pathOf(app: URL, path = ''): URL | undefined {
  return /^\/(?![\\/])/.test(path) ? new URL(path, app) : undefined
}

/** The cookies that a browser sends to the callback after these answers. */
function cookiesFor(callback: Addressee, replies: Reply[]): string {
  const kept = listCookies(replies).filter((cookie) => !whyLost(cookie, callback))
  const values = new Map(kept.map(({ name, value }) => [name, value]))
  return [...values].map(([name, value]) => (name ? `${name}=${value}` : value)).join('; ')
}

/** An application may answer a refusal with any status. What counts is that no login starts. */
function examineForeignStart(foreign: Reply, own: Reply): Findings {
  if (startsLogin(foreign))
    return wrong(
      'a start from another site starts a login',
      'Is allowCrossSiteStart on, or does a proxy remove Sec-Fetch-Site and Origin?',
    )
  const isRefused = startsLogin(own) || foreign.status === 403
  return isRefused && ok('a start from another site is refused')
}

/** Sends a start from the site itself. A CSRF check may refuse it. */
function examineStart({ pathname }: URL, reply: Reply, callback?: Addressee): Findings {
  const { status, headers } = reply
  if (status === 403) return ok('a start without a CSRF token is refused')
  if (status === 404 || status === 405)
    return wrong(`there is no POST route at ${pathname}`, 'Is --start right?')
  if (status >= 500)
    return wrong(`a start is answered with ${status}`, 'Read the log of the application.')
  if (!startsLogin(reply))
    return check(
      `a start is answered with ${status} and starts no login`,
      'The reason may be a CSRF check, a rate limit, or another login that the application needs first.',
    )
  const leads = ok(`a start leads to ${originOf(headers.location)}`)
  const reasons = listCookies([reply]).map((one) => callback && whyLost(one, callback))
  if (reasons.includes(undefined)) return leads
  if (reasons.length > 0)
    return [
      leads,
      wrong(
        `browsers send no cookie of a start to the callback: ${reasons.join(', ')}`,
        'Without it the callback finds no login. Change the settings of the session cookie.',
      ),
    ]
  return [
    leads,
    wrong(
      'a start redirects and sets no cookie: the callback will find no login',
      "With cookie.secure, a site behind a proxy that ends TLS needs app.set('trust proxy', 1), and X-Forwarded-Proto from the proxy. Give --app the address that people use: on http, cookie.secure sets no cookie.",
    ),
  ]
}

/** ZaloPay's start leads to a page of the application. A proxy may have changed the address. */
async function examineLaunch({ headers }: Reply, app: URL): Promise<Findings> {
  const page = parseURL(headers.location ?? '', app)
  if (!page)
    return wrong(
      'a start leads to an address that is not a URL',
      'Look at the header Location of its answer: a proxy may have changed it.',
    )
  if (page.origin !== app.origin || (await ask(page)).status !== 404) return undefined
  return wrong(
    `a start leads to ${page.pathname}, and there is no page`,
    'launchURL must be the path that browsers see, and a proxy must add nothing to it.',
  )
}

/** A redirect to Sngine has an app id, and one to ZaloPay's launch page has a challenge. */
function startsLogin(reply: Reply): boolean {
  return isRedirect(reply) && /[?&](?:app_id|codeChallenge)=/.test(reply.headers.location ?? '')
}

/** Browsers also check the redirect after a form against the form-action of its page. */
function examineForm(page: Reply, start: Reply, app: URL): Findings {
  const policies = page.headers['content-security-policy']
  const { location = '' } = start.headers
  const target = parseURL(location, app)
  if (policies === undefined || !target) return undefined
  const name = originOf(location)
  return allowsForm(String(policies), target, app)
    ? ok(`form-action of the page lets its form lead to ${name}`)
    : wrong(
        `form-action of the page does not let its form lead to ${name}: the button does nothing`,
        `Add ${target.origin} to form-action in the Content-Security-Policy of the page with the button.`,
      )
}

function originOf(location = ''): string {
  return parseURL(location)?.origin ?? 'a page of this site'
}

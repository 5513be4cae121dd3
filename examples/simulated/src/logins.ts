import type { Providers } from './providers.js'

/** The result of a visit. */
export interface Page {
  status: number
  text: string
  /** The address of a redirect, if any. */
  location: string
}

/**
 * A user's browser at the application, which sends these headers. It keeps cookies and follows no
 * redirect.
 */
export function openBrowser(url: string, headers: Record<string, string> = {}) {
  const cookies = new Map<string, string>()
  async function visit(path: string, form?: Record<string, string>): Promise<Page> {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const answer = await fetch(url + path, {
      redirect: 'manual',
      headers: { connection: 'close', ...headers, ...(cookie && { cookie }) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '' || /expires=thu, 01 jan 1970/i.test(set)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location') ?? ''
    return { status: answer.status, text: await answer.text(), location }
  }
  return { visit, cookies }
}

/** A browser at the application. */
export type Browser = ReturnType<typeof openBrowser>

/** How a user logs in with each provider. The result is the answer of the callback. */
export const LOGINS = {
  async monpay({ visit }: Browser, { monpay }: Providers): Promise<Page> {
    return visit(pathOf(monpay.openURL()))
  },
  async zalopay({ visit }: Browser, { zalopay }: Providers): Promise<Page> {
    const launch = expectRedirect(await visit('/auth/zalopay', {}))
    const { searchParams } = new URL(launch, zalopay.callbackURL)
    const login = searchParams.get('login') ?? ''
    const codeChallenge = searchParams.get('codeChallenge') ?? ''
    const launched = await visit(`/auth/zalopay/launch?${searchParams}`)
    if (!launched.text.includes(codeChallenge)) throw new Error(`no page: ${launched.text}`)
    const code = zalopay.issueCode({ codeChallenge })
    return visit('/auth/zalopay/callback', { code, login })
  },
  async moneypools({ visit }: Browser, { moneypools }: Providers): Promise<Page> {
    const consent = expectRedirect(await visit('/auth/moneypools', {}))
    if (!consent.startsWith(moneypools.url)) throw new Error(`redirected to ${consent}`)
    return visit(pathOf(moneypools.redirectURL(moneypools.issueKey())))
  },
}

/** The name of a strategy. */
export type Name = keyof typeof LOGINS

/** Logs in, and throws unless the application then knows the right user in a new session. */
export async function checkLogin(url: string, providers: Providers, name: Name): Promise<void> {
  const browser = openBrowser(url)
  const start = await browser.visit('/')
  if (!start.text.includes('formaction="/auth/')) throw new Error(`no start page: ${start.text}`)
  const done = await LOGINS[name](browser, providers)
  if (done.status !== 303 || done.location !== '/') throw new Error(`${done.status} ${done.text}`)
  const { text } = await browser.visit('/')
  const { users } = providers[name]
  const expected = JSON.stringify({ provider: name, id: idOf(users[0] ?? {}) })
  if (text !== expected) throw new Error(`logged in: ${text}, expected: ${expected}`)
  const other = await openBrowser(url).visit('/')
  if (other.text !== start.text) throw new Error(`another browser is logged in: ${other.text}`)
}

function idOf(user: { userId?: number | string; muid?: string; user_id?: number | string }) {
  return String(user.userId ?? user.muid ?? user.user_id)
}

function expectRedirect({ status, location, text }: Page): string {
  if (status !== 302) throw new Error(`no redirect: ${status} ${text}`)
  return location
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

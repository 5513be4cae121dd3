import {
  startMonPay,
  startSngine,
  startZaloPay,
  type MonPayUser,
  type SngineUser,
  type ZaloPayUser,
} from 'passport-provider-simulators'
import { CALLBACK_PATHS, type ProviderName } from '../../../src/settings'

/** The three simulators with many users, and the settings of a site that uses them. */
export async function startProviders(siteURL: string, users: number) {
  const numbers = Array.from({ length: users }, (_, index) => index + 1)
  const callbackURL = (name: ProviderName) => siteURL + CALLBACK_PATHS[name]
  const monpay = await startMonPay({
    callbackURL: callbackURL('monpay'),
    users: numbers.map((n): MonPayUser => ({ userId: n, userFirstname: nameOf(n) })),
  })
  const zalopay = await startZaloPay({
    callbackURL: callbackURL('zalopay'),
    users: numbers.map((n): ZaloPayUser => ({ muid: `person-${n}`, display_name: nameOf(n) })),
  })
  const moneypools = await startSngine({
    callbackURL: callbackURL('moneypools'),
    users: numbers.map(
      (n): SngineUser => ({
        user_id: n,
        user_name: `person${n}`,
        user_email: `person${n}@example.com`,
        user_firstname: nameOf(n),
      }),
    ),
  })
  const simulators = { monpay, zalopay, moneypools }
  const settings: Record<string, string> = {
    ZALOPAY_SDK_URL: zalopay.sdkURL,
    ZALOPAY_USER_INFO_URL: zalopay.userInfoURL,
  }
  for (const [name, { clientID, clientSecret, url }] of Object.entries(simulators)) {
    const prefix = name.toUpperCase()
    settings[`${prefix}_CLIENT_ID`] = clientID
    settings[`${prefix}_CLIENT_SECRET`] = clientSecret
    settings[`${prefix}_BASE_URL`] = url
  }
  return {
    ...simulators,
    settings,
    async close() {
      await Promise.all([monpay.close(), zalopay.close(), moneypools.close()])
    },
  }
}

/** The running simulators. */
export type Providers = Awaited<ReturnType<typeof startProviders>>

/** The name of a person on the account page. */
export function nameOf(person: number): string {
  return `Person${person}`
}

/** The answer to a visit. */
export interface Page {
  status: number
  text: string
  location: string
}

/** The address that brings a code, and the form that is posted to it. */
export interface Callback {
  path: string
  form?: Record<string, string>
}

let addresses = 0

/** A person's browser: keeps its cookies, follows no redirect, has an address of its own. */
export class Browser {
  readonly cookies = new Map<string, string>()
  private readonly address = `10.${++addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`

  /** Asks for a page; posts the form when there is one. */
  async visit(url: string, form?: Record<string, string>): Promise<Page> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { 'x-forwarded-for': this.address, ...(cookie && { cookie }) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      this.cookies.set(name, value)
    }
    const location = answer.headers.get('location') ?? ''
    return { status: answer.status, text: await answer.text(), location }
  }

  /** Posts a form of a page with that page's CSRF token. */
  async submit(site: string, page: string, path: string, form = {}): Promise<Page> {
    const { text } = await this.visit(site + page)
    const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
    return this.visit(site + path, { ...form, csrf })
  }

  /** What the account page at `site` says, or nothing when nobody is logged in. */
  async account(site: string): Promise<string | undefined> {
    const { status, text } = await this.visit(`${site}/account`)
    return status === 200 ? text : undefined
  }
}

/** Starts a login at `site`. This person agrees at the provider. The callback is not sent. */
export async function start(
  name: ProviderName,
  browser: Browser,
  site: string,
  providers: Providers,
  person: number,
): Promise<Callback> {
  const { monpay } = providers
  if (name === 'monpay') return pathOf(monpay.openURL(monpay.users[person - 1]))
  const started = await browser.submit(site, '/', `/auth/${name}`)
  return consent(name, started, providers, person)
}

/** What the provider does after a start: its user agrees and gets a code. */
export function consent(
  name: 'zalopay' | 'moneypools',
  started: Page,
  { zalopay, moneypools }: Providers,
  person: number,
): Callback {
  if (started.status !== 302) throw new Error(`no login starts: ${started.status} ${started.text}`)
  if (name === 'moneypools') {
    return pathOf(moneypools.redirectURL(moneypools.issueKey(moneypools.users[person - 1])))
  }
  const { searchParams } = new URL(started.location)
  const codeChallenge = searchParams.get('codeChallenge') ?? ''
  const user = zalopay.users[person - 1]
  const code = zalopay.issueCode({ codeChallenge, ...(user && { user }) })
  return { path: CALLBACK_PATHS.zalopay, form: { code, login: searchParams.get('login') ?? '' } }
}

/** Sends a code to a site. */
export async function finish(browser: Browser, site: string, callback: Callback): Promise<Page> {
  return browser.visit(site + callback.path, callback.form)
}

/** A whole login of one person; returns the page at its end. */
export async function logIn(
  name: ProviderName,
  browser: Browser,
  site: string,
  providers: Providers,
  person: number,
): Promise<Page> {
  return finish(browser, site, await start(name, browser, site, providers, person))
}

function pathOf(url: string): Callback {
  const { pathname, search } = new URL(url)
  return { path: pathname + search }
}

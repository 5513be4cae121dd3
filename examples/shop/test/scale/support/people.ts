import { openBrowser, type Page, type Providers, startProviders } from '../../../../simulated/src'
import { variablesOf } from '../../../../../test/variables'
import { CALLBACK_PATHS, type ProviderName } from '../../../src/settings'

/** The simulators, and the variables of a site that uses them. */
export interface ManyUsers extends Providers {
  variables: Record<string, string>
}

/** Starts the simulators with that many users. */
export async function startManyUsers(siteURL: string, count: number): Promise<ManyUsers> {
  const providers = await startProviders(siteURL)
  const { monpay, zalopay, moneypools } = providers
  for (const { users } of [monpay, zalopay, moneypools]) users.length = 0
  for (let n = 1; n <= count; n += 1) {
    monpay.users.push({ userId: n, userFirstname: nameOf(n) })
    zalopay.users.push({ muid: `person-${n}`, display_name: nameOf(n) })
    const names = { user_name: `person${n}`, user_firstname: nameOf(n) }
    moneypools.users.push({ user_id: n, user_email: `person${n}@example.com`, ...names })
  }
  return { ...providers, variables: variablesOf({ monpay, zalopay, moneypools }) }
}

const nameOf = (n: number) => `Person${n}`

/** The address that brings a code, and the form that is posted to it. */
export interface Callback {
  path: string
  form?: Record<string, string>
}

let addresses = 0

/** The browser of the person with this number, with an address of its own; `site` is a URL. */
export class Person {
  /** Asks for a page; posts the form when there is one. */
  readonly visit = openBrowser('', { 'x-forwarded-for': nextAddress() }).visit

  constructor(
    private readonly providers: Providers,
    private readonly number: number,
  ) {}

  /** As the account page shows it. */
  get name(): string {
    return nameOf(this.number)
  }

  /** Posts a form of a page with that page's CSRF token. */
  async submit(site: string, page: string, path: string, form = {}): Promise<Page> {
    const { text } = await this.visit(site + page)
    const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
    return this.visit(site + path, { ...form, csrf })
  }

  /** What the account page says, or nothing when nobody is logged in. */
  async account(site: string): Promise<string | undefined> {
    const { status, text } = await this.visit(`${site}/account`)
    return status === 200 ? text : undefined
  }

  /** Starts a login and agrees at the provider. The callback is not sent. */
  async start(name: ProviderName, site: string): Promise<Callback> {
    const { monpay } = this.providers
    if (name === 'monpay') return callbackOf(monpay.openURL(monpay.users[this.number - 1]))
    return this.agree(name, await this.submit(site, '/', `/auth/${name}`))
  }

  /** What the provider does after a start: this person agrees and gets a code. */
  agree(name: 'zalopay' | 'moneypools', { status, location, text }: Page): Callback {
    if (status !== 302) throw new Error(`no login starts: ${status} ${text}`)
    const { zalopay, moneypools } = this.providers
    if (name === 'moneypools') {
      const key = moneypools.issueKey(moneypools.users[this.number - 1])
      return callbackOf(moneypools.redirectURL(key))
    }
    const { searchParams } = new URL(location)
    const codeChallenge = searchParams.get('codeChallenge') ?? ''
    const code = zalopay.issueCode({ codeChallenge, user: zalopay.users[this.number - 1]! })
    return { path: CALLBACK_PATHS.zalopay, form: { code, login: searchParams.get('login') ?? '' } }
  }

  /** Sends a code. Goes on from the page that looks for the cookie. */
  async finish(site: string, { path, form }: Callback): Promise<Page> {
    const page = await this.visit(site + path, form)
    return page.location === '/auth/arrived' ? this.visit(site + page.location) : page
  }

  /** A whole login; returns the page at its end. */
  async logIn(name: ProviderName, site: string): Promise<Page> {
    return this.finish(site, await this.start(name, site))
  }
}

function nextAddress(): string {
  addresses += 1
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`
}

function callbackOf(url: string): Callback {
  const { pathname, search } = new URL(url)
  return { path: pathname + search }
}

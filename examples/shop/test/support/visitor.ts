import type { Express } from 'express'
import request, { type Response, type Test } from 'supertest'
import type { Simulators } from '../../src/demo/simulators'

type Fields = Record<string, string>

/** One browser: it keeps cookies, fills in forms, and does the three logins as their pages do. */
export class Visitor {
  readonly agent

  constructor(
    app: Express,
    private readonly simulators: Simulators,
    private readonly headers: Fields = {},
  ) {
    this.agent = request.agent(app)
  }

  /** Sends the last request again. */
  again = (): Test => this.get('/')

  get(path: string, headers: Fields = {}): Test {
    this.again = () => this.agent.get(path).set({ ...this.headers, ...headers })
    return this.again()
  }

  post(path: string, fields: Fields = {}, headers: Fields = {}): Test {
    const all = { ...this.headers, ...headers }
    this.again = () => this.agent.post(path).type('form').set(all).send(fields)
    return this.again()
  }

  /** The hidden fields in the forms of a page: CSRF token, id of the question, return address. */
  async hidden(page: string): Promise<{ csrf: string; question: string; returnTo: string }> {
    const { text } = await this.get(page)
    const find = (name: string) =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
    return { csrf: find('csrf'), question: find('question'), returnTo: find('returnTo') }
  }

  /** Posts a form with the CSRF token of a page that this visitor can see. */
  async submit(path: string, fields: Fields = {}, page = '/account'): Promise<Response> {
    const { csrf, question } = await this.hidden(page)
    return this.post(path, { csrf, ...(question && { question }), ...fields })
  }

  /** The CSRF token in the forms of a page. */
  async token(page: string): Promise<string> {
    return (await this.hidden(page)).csrf
  }

  /** The account page. */
  async account(): Promise<string> {
    return (await this.get('/account')).text
  }

  /** The values of a hidden field on the account page: `identity` on Unlink, `browser` on Log out. */
  async listed(field: 'identity' | 'browser'): Promise<string[]> {
    const values = new RegExp(`name="${field}" value="([^"]+)"`, 'g')
    return [...(await this.account()).matchAll(values)].map(([, id = '']) => id)
  }

  async unlink(identity = ''): Promise<Response> {
    return this.submit('/account/unlink', { identity })
  }

  async startLink(provider = 'moneypools'): Promise<Response> {
    return this.submit('/account/link', { provider })
  }

  /** Adds MoneyPools to the account. */
  async linkMoneyPools(user = this.simulators.moneypools.users[0]): Promise<Response> {
    await this.startLink()
    const answer = await this.returnFromMoneyPools(user)
    const isAsked = answer.headers['location'] === '/auth/link'
    return isAsked ? this.answerLink('link') : answer
  }

  /** Answers the page that asks before a link. */
  async answerLink(choice: 'link' | 'stay'): Promise<Response> {
    return this.submit('/auth/link', { choice }, '/auth/link')
  }

  /** Opens this site from the MonPay phone of a user, by default the first. */
  async openFromMonPay(user = this.simulators.monpay.users[0]): Promise<Response> {
    return this.get(`/auth/monpay?code=${this.simulators.monpay.issueCode(user)}`)
  }

  /** Presses the ZaloPay button; returns what the launch page gets. */
  async startZaloPay(): Promise<{ page: string; login: string; codeChallenge: string }> {
    return readLaunch(await this.submit('/auth/zalopay', {}, '/'))
  }

  /** Presses the ZaloPay button, allows everything in the app, and comes back. */
  async loginWithZaloPay(user = this.simulators.zalopay.users[0]): Promise<Response> {
    return this.returnFromZaloPay(await this.startZaloPay(), user)
  }

  /** What the launch page and the app do after a start. */
  async returnFromZaloPay(
    { codeChallenge, login }: ReturnType<typeof readLaunch>,
    user = this.simulators.zalopay.users[0],
  ): Promise<Response> {
    const code = this.simulators.zalopay.issueCode({ codeChallenge, ...(user && { user }) })
    return this.post('/auth/zalopay/callback', { code, login })
  }

  /** Presses the MoneyPools button, logs in and consents there, and comes back. */
  async loginWithMoneyPools(user = this.simulators.moneypools.users[0]): Promise<Response> {
    await this.submit('/auth/moneypools', {}, '/')
    return this.returnFromMoneyPools(user)
  }

  /** Where the Sngine site sends this browser after consent. */
  moneyPoolsCallback(user = this.simulators.moneypools.users[0]): string {
    const { moneypools } = this.simulators
    const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey(user)))
    return pathname + search
  }

  /** What the Sngine site does after consent. */
  async returnFromMoneyPools(user = this.simulators.moneypools.users[0]): Promise<Response> {
    return this.get(this.moneyPoolsCallback(user))
  }
}

/** What the launch page of ZaloPay gets from a start. */
export function readLaunch({ headers }: Response) {
  const { pathname, search, searchParams } = new URL(headers['location'] ?? '')
  return {
    page: pathname + search,
    login: searchParams.get('login') ?? '',
    codeChallenge: searchParams.get('codeChallenge') ?? '',
  }
}

/** The code on a failure page. */
export const codeOf = ({ text }: Response): string | undefined =>
  /data-code="(\w+)"/.exec(text)?.[1]

/** The session cookie that an answer sets. */
export const cookieOf = ({ headers }: Response): string =>
  /session=[^;]*/.exec(String(headers['set-cookie']))?.[0] ?? ''

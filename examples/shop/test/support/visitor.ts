import type { Express } from 'express'
import request, { type Response, type Test } from 'supertest'
import type { Simulators } from '../../src/demo/simulators'

type Fields = Record<string, string>

/** One browser: keeps cookies, fills forms in, walks the three logins as their pages do. */
export class Visitor {
  readonly agent

  constructor(
    app: Express,
    private readonly simulators: Simulators,
    private readonly headers: Fields = {},
  ) {
    this.agent = request.agent(app)
  }

  get(path: string, headers: Fields = {}): Test {
    return this.agent.get(path).set({ ...this.headers, ...headers })
  }

  post(path: string, fields: Fields = {}, headers: Fields = {}): Test {
    return this.agent
      .post(path)
      .type('form')
      .set({ ...this.headers, ...headers })
      .send(fields)
  }

  /** Posts a form with the CSRF token of a page that this visitor can see. */
  async submit(path: string, fields: Fields = {}, page = '/account'): Promise<Response> {
    const { text } = await this.get(page)
    const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
    const arrival = /name="arrival" value="([^"]*)"/.exec(text)?.[1]
    return this.post(path, { csrf, ...(arrival && { arrival }), ...fields })
  }

  /** The CSRF token in the forms of a page. */
  async token(page: string): Promise<string> {
    const { text } = await this.get(page)
    return /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
  }

  /** Opens this site from the MonPay phone of a user, by default the first. */
  async openFromMonPay(user = this.simulators.monpay.users[0]): Promise<Response> {
    return this.get(`/auth/monpay?code=${this.simulators.monpay.issueCode(user)}`)
  }

  /** Presses the ZaloPay button, allows everything in the app, and comes back. */
  async loginWithZaloPay(user = this.simulators.zalopay.users[0]): Promise<Response> {
    return this.returnFromZaloPay(await this.submit('/auth/zalopay', {}, '/'), user)
  }

  /** What the launch page and the app do after a start. */
  async returnFromZaloPay(
    started: Response,
    user = this.simulators.zalopay.users[0],
  ): Promise<Response> {
    const query = new URL(started.headers['location'] ?? '').searchParams
    const codeChallenge = query.get('codeChallenge') ?? ''
    const code = this.simulators.zalopay.issueCode({ codeChallenge, ...(user && { user }) })
    return this.post('/auth/zalopay/callback', { code, login: query.get('login') ?? '' })
  }

  /** Presses the MoneyPools button, logs in and consents there, and comes back. */
  async loginWithMoneyPools(user = this.simulators.moneypools.users[0]): Promise<Response> {
    await this.submit('/auth/moneypools', {}, '/')
    return this.returnFromMoneyPools(user)
  }

  /** What the Sngine site does after consent. */
  async returnFromMoneyPools(user = this.simulators.moneypools.users[0]): Promise<Response> {
    const { moneypools } = this.simulators
    const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey(user)))
    return this.get(pathname + search)
  }
}

import type { Page } from 'playwright-core'
import type { BrowserSite } from './browser'

/** What a person does by clicking; texts are those of English. */
export class Walk {
  constructor(
    readonly page: Page,
    private readonly site: BrowserSite,
  ) {}

  /** Opens this site from a MonPay phone, by default that of the first user. */
  async openFromMonPay(user?: string): Promise<void> {
    await this.page.goto(this.site.simulators.monpay.url)
    if (user) await this.page.getByRole('link', { name: user }).click()
    await this.page.getByTestId('mini-app').click()
  }

  async loginWithZaloPay(): Promise<void> {
    await this.page.goto(this.site.url)
    await this.page.getByRole('button', { name: 'Log in with ZaloPay' }).click()
    await this.page.getByRole('button', { name: 'Allow' }).click()
    await this.page.waitForURL(`${this.site.url}/account`)
  }

  async logout(): Promise<void> {
    await this.page.goto(`${this.site.url}/account`)
    await this.page.getByRole('button', { name: 'Log out', exact: true }).click()
    await this.page.getByText('You are logged out.').waitFor()
  }

  /** The name at the top of the account page. */
  async owner(): Promise<string> {
    await this.page.goto(`${this.site.url}/account`)
    return this.page.getByRole('heading', { level: 1 }).innerText()
  }
}

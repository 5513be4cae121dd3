import type { Page } from 'playwright-core'
import type { BrowserSite } from './browser'

/** The three logins and what else a person does, by clicking; texts are those of English. */
export class Walk {
  constructor(
    readonly page: Page,
    private readonly site: BrowserSite,
  ) {}

  async home(): Promise<void> {
    await this.page.goto(this.site.url)
  }

  /** Opens this site from a MonPay phone, by default that of the first user. */
  async openFromMonPay(user?: string): Promise<void> {
    await this.page.goto(this.site.simulators.monpay.url)
    if (user) await this.page.getByRole('link', { name: user }).click()
    await this.page.getByTestId('mini-app').click()
  }

  async loginWithMonPay(user?: string): Promise<void> {
    await this.openFromMonPay(user)
    await this.page.waitForURL(`${this.site.url}/account`)
  }

  async loginWithZaloPay(): Promise<void> {
    await this.home()
    await this.page.getByRole('button', { name: 'Log in with ZaloPay' }).click()
    await this.page.getByRole('button', { name: 'Allow' }).click()
    await this.page.waitForURL(`${this.site.url}/account`)
  }

  /** Presses a button that ends at MoneyPools, logs in there where asked, and consents. */
  async passMoneyPools(button: string, user = 'Мария Иванова'): Promise<void> {
    await this.page.getByRole('button', { name: button }).click()
    await this.page.waitForURL(`${this.site.simulators.moneypools.url}/**`)
    await this.page.getByText(user).click()
    await this.page.getByTestId('log-in').click()
    await this.page.getByTestId('continue').click()
  }

  async loginWithMoneyPools(user?: string): Promise<void> {
    await this.home()
    await this.passMoneyPools('Log in with MoneyPools', user)
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

  /** The code on a failure page. */
  async failure(): Promise<string | null> {
    return this.page.locator('[data-code]').getAttribute('data-code')
  }
}

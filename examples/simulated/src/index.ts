/** The three providers on this machine, and a user who logs in with them. */
export { type Browser, checkLogin, LOGINS, type Name, openBrowser, type Page } from './logins.js'
export { type Providers, type Settings, startProviders } from './providers.js'

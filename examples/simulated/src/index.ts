/** The three providers on this machine, a user who logs in with them, and an example's start. */
export { type Browser, checkLogin, LOGINS, type Name, openBrowser, type Page } from './logins.js'
export { type Providers, type Settings, startProviders } from './providers.js'
export { runExample } from './run.js'

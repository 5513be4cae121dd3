/** passport-zalopay-pkce: a Passport strategy for ZaloPay mini apps. */
export { launchPage, type LaunchPageOptions } from './launch-page.js'
export type { StrategyOptions } from './options.js'
export type { ZaloPayProfile, ZaloPayUser } from './profile.js'
export { type Challenge, type RefreshedTokens, Strategy } from './strategy.js'

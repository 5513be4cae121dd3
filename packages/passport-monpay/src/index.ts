/** passport-monpay: a Passport strategy for MonPay mini apps. */
export type { StrategyOptions } from './options.js'
export type { MonPayProfile, MonPayUser } from './profile.js'
export { Strategy } from './strategy.js'

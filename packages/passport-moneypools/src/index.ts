/** passport-moneypools: a Passport strategy for MoneyPools and any other Sngine site. */
export type { StrategyOptions } from './options.js'
export type { MoneyPoolsProfile, SngineUser } from './profile.js'
export { Strategy } from './strategy.js'

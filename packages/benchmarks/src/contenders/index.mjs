import * as floors from './floor.mjs'
import { google } from './google.mjs'
import { moneypools } from './moneypools.mjs'
import { monpay } from './monpay.mjs'
import { openidClient } from './openid-client.mjs'
import { passportOAuth2 } from './passport-oauth2.mjs'
import { zalopay } from './zalopay.mjs'

/**
 * Everyone who is measured, by name. Each has `provider` (its stub), `floor` (who makes the same
 * calls without a strategy) and either `login(url)`, which gives back a function that makes the
 * calls once, or `load()` and `create(library, url)`, which make a Passport strategy.
 */
export const CONTENDERS = new Map(
  [...Object.values(floors), monpay, zalopay, moneypools, passportOAuth2, google, openidClient].map(
    (contender) => [contender.name, contender],
  ),
)

/** The names of those that a test picks. */
export function namesOf(pick) {
  return [...CONTENDERS.values()].filter(pick).map(({ name }) => name)
}

export const OURS = namesOf(({ kind }) => kind === 'ours')
export const PEERS = namesOf(({ kind }) => kind === 'peer')
export const FLOORS = namesOf(({ kind }) => kind === 'floor')
/** The peer that the targets name. */
export const PEER = passportOAuth2.name

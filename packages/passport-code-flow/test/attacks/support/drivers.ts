import { isLong } from '../../../../../test/long'
import { KINDS, type Kind } from './kinds'
import type { Driver } from './sites'

type KindName = Kind['name']

/** One row of a table: its title, a strategy and how it is run. */
export type Row = [title: string, name: KindName, driver: Driver]

const express = (
  framework: Driver['framework'],
  parser: Driver['parser'],
  byInstance: boolean,
): Driver => ({ framework, parser, byInstance })

const LATEST = express('Express 5', 'simple', true)
// every pair of framework, query parser and way to name the strategy
const DRIVERS: Driver[] = [
  LATEST,
  express('Express 4', 'simple', false),
  express('Express 5', 'extended', false),
  express('Express 4', 'extended', true),
]

function title(name: KindName, { framework, parser, byInstance }: Driver): string {
  return `${name}, by ${byInstance ? 'instance' : 'name'}, ${framework}, ${parser} query parser`
}

const ALL = Object.keys(KINDS) as KindName[]

/**
 * The strategies, in every way in which one can be run. `npm run test:long` runs each strategy in
 * each way; else the ways are dealt out among the strategies.
 */
export function everywhere(...asked: KindName[]): Row[] {
  const names = asked.length > 0 ? asked : ALL
  if (isLong) return rows(names, DRIVERS)
  const turns = Math.max(names.length, DRIVERS.length)
  return Array.from({ length: turns }, (_, turn) => {
    const [name, driver] = [names[turn % names.length]!, DRIVERS[turn % DRIVERS.length]!]
    return [title(name, driver), name, driver] as Row
  }).sort(([, one], [, other]) => names.indexOf(one) - names.indexOf(other))
}

/** The strategies, each run in one way: for what the framework has no part in. */
export function alone(...names: KindName[]): Row[] {
  return rows(names, [LATEST])
}

function rows(names: KindName[], drivers: Driver[]): Row[] {
  return (names.length > 0 ? names : ALL).flatMap((name) =>
    drivers.map((driver): Row => [title(name, driver), name, driver]),
  )
}

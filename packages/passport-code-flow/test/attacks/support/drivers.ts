import { isLong } from '../../../../../test/long'
import { KINDS, type Kind } from './kinds'
import type { Driver } from './sites'

type KindName = Kind['name']

/** One row of a table: its title, a strategy and how it is run. */
export type Row = [title: string, name: KindName, driver: Driver]

// every pair of framework, query parser and way to name the strategy
const DRIVERS: Driver[] = [
  { framework: 'Express 5', parser: 'simple', byInstance: true },
  { framework: 'Express 4', parser: 'simple', byInstance: false },
  { framework: 'Express 5', parser: 'extended', byInstance: false },
  { framework: 'Express 4', parser: 'extended', byInstance: true },
]
const ALL = Object.keys(KINDS) as KindName[]

function row(name: KindName, driver: Driver): Row {
  const { framework, parser, byInstance } = driver
  const by = byInstance ? 'instance' : 'name'
  return [`${name}, by ${by}, ${framework}, ${parser} query parser`, name, driver]
}

/**
 * The strategies, in every way in which one can be run. `npm run test:long` runs each strategy in
 * each way; else the ways are dealt out among the strategies.
 */
export function everywhere(...asked: KindName[]): Row[] {
  const names = asked.length > 0 ? asked : ALL
  if (isLong) return names.flatMap((name) => DRIVERS.map((driver) => row(name, driver)))
  const turns = Math.max(names.length, DRIVERS.length)
  return Array.from({ length: turns }, (_, turn) =>
    row(names[turn % names.length]!, DRIVERS[turn % DRIVERS.length]!),
  ).sort(([, one], [, other]) => names.indexOf(one) - names.indexOf(other))
}

/** The strategies, each run in one way: for what the framework has no part in. */
export function alone(...asked: KindName[]): Row[] {
  return (asked.length > 0 ? asked : ALL).map((name) => row(name, DRIVERS[0]!))
}

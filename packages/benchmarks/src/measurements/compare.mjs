import { OURS, PEER } from '../contenders.mjs'
import { ratio, spread } from '../statistics.mjs'

export const isOurs = ({ name }) => OURS.includes(name)

/** The largest value of our strategies, which is what a target is about. */
export const worst = (rows, pick) => Math.max(...rows.filter(isOurs).map(pick))

/** What was measured of each contender: its values in every round, also in times of the peer's. */
export const compare = (names, valuesOf) =>
  names.map((name) => ({
    name,
    value: spread(valuesOf(name)),
    toPeer: ratio(valuesOf(name), valuesOf(PEER)),
  }))

/** A table with a row for each contender; a column is its head and a function for its cells. */
export const table = (head, rows, ...columns) => ({
  head: [head, ...columns.map(([title]) => title)],
  rows: rows.map((row) => [row.name, ...columns.map(([, cell]) => cell(row))]),
})

export const range = ({ median, min, max }, digits) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`

/** The column that compares with the peer. */
export const TO_PEER = [`× ${PEER}`, ({ toPeer }) => toPeer.toFixed(2)]

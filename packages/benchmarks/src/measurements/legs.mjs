import { BARE, CONTENDERS, OVER_UNDICI } from '../contenders.mjs'
import { inTurn, withProvider } from '../processes.mjs'
import { median } from '../statistics.mjs'
import { compare, isOurs, range, table, TO_PEER, worst } from './compare.mjs'

const CONCURRENT = [1, 32]
const isOverUndici = ({ name }) => OVER_UNDICI.includes(name)
const byPeer = ({ toPeer }) => toPeer

/** The callback leg in one process, with one login at a time and with 32. */
export async function measureCallback({ both, quick }) {
  const names = [BARE, ...both]
  const count = quick ? 60 : 400
  const turns = { rounds: quick ? 2 : 20, seconds: quick ? 20 : 11 * names.length }
  const answers = await withProvider('legs', names, async (legs) => {
    for (const name of names) await legs.ask('callback', name, quick ? 200 : 4000, 8)
    return inTurn(names, turns, async (name) => [
      await legs.ask('callback', name, count, CONCURRENT[0]),
      await legs.ask('callback', name, count, CONCURRENT[1]),
    ])
  })
  const measured = CONCURRENT.map((_, i) => {
    const of = (name, what) => answers.get(name).map((round) => round[i][what])
    return compare(names, (name) => of(name, 'cpu')).map((row) => ({
      ...row,
      perSecond: median(of(row.name, 'perSecond')),
      p99: median(of(row.name, 'p99')),
    }))
  })
  const standing = (where, most, isCounted) =>
    CONCURRENT.map((concurrent, i) => ({
      what: `callback leg${where}, ${concurrent} at a time: CPU`,
      unit: '×',
      most,
      value: Math.max(...measured[i].filter(isCounted).map(byPeer)),
    }))
  return {
    title: 'Callback leg',
    tables: CONCURRENT.map((concurrent, i) =>
      table(
        `${concurrent} at a time`,
        measured[i],
        ['CPU, µs (min to max)', ({ value }) => range(value, 0)],
        TO_PEER,
        ['logins/s', ({ perSecond }) => perSecond.toFixed(0)],
        ['p99 ms', ({ p99 }) => p99.toFixed(2)],
      ),
    ),
    notes: [
      'The request and the session are plain objects, so only the strategy and its two calls are measured. Bare calls are the same two calls by `node:http` and the parsing of their answers, and nothing else.',
    ],
    standing: [
      ...standing('', 1.1, isOurs),
      // they are measured only with --dispatcher
      ...(measured[0].some(isOverUndici) ? standing(' over undici', 0.85, isOverUndici) : []),
    ],
    bars: measured[0].map(({ name, toPeer }) => ({ name, value: toPeer, leg: 'callback leg' })),
  }
}

const startingOnes = (names) => names.filter((name) => CONTENDERS.get(name).starts)

/** The start leg in one process. */
export async function measureStart({ strategies, quick }) {
  const names = startingOnes(strategies)
  const count = quick ? 300 : 4000
  const turns = { rounds: quick ? 2 : 20, seconds: quick ? 5 : 30 }
  const answers = await withProvider('legs', names, async (legs) => {
    for (const name of names) await legs.ask('start', name, count)
    return inTurn(names, turns, (name) => legs.ask('start', name, count))
  })
  const rows = compare(names, (name) => answers.get(name))
  const cpu = ['CPU per start, µs (min to max)', ({ value }) => range(value, 1)]
  return {
    title: 'Start leg',
    tables: [table('', rows, cpu, TO_PEER)],
    standing: [{ what: 'start leg: CPU', unit: '×', most: 0.35, value: worst(rows, byPeer) }],
  }
}

/** How much heap the callback leg of a login takes. */
export async function measureAllocation({ strategies, quick }) {
  // with young space of this size there is no garbage collection, so the growth of the heap is what
  // was taken
  const execArgv = ['--min-semi-space-size=128', '--max-semi-space-size=128']
  const measure = (name) => async (legs) => {
    await legs.ask('callback', name, quick ? 200 : 2000, 8)
    const taken = []
    for (let i = 0; i < (quick ? 1 : 5); i++) taken.push(await legs.ask('allocation', name, 300))
    return { name, taken: median(taken) }
  }
  const rows = []
  for (const name of [BARE, ...strategies])
    rows.push(await withProvider('legs', [name], measure(name), { execArgv }))
  const value = worst(rows, ({ taken }) => taken)
  return {
    title: 'Allocation per callback',
    tables: [table('', rows, ['KiB of heap', ({ taken }) => taken.toFixed(1)])],
    standing: [{ what: 'allocation per callback', unit: 'KiB', most: 38, value }],
  }
}

const STARTS = [0, 1, 5, 1000]

/** How much unfinished logins leave in one session, as JSON. */
export async function measurePending({ strategies }) {
  const names = startingOnes(strategies)
  const rows = await withProvider('legs', names, (legs) =>
    Promise.all(
      names.map(async (name) => ({ name, ...(await legs.ask('pending', name, STARTS)) })),
    ),
  )
  const each = ({ sizes, entries }) => (sizes.at(-1) - sizes[0]) / entries
  const after = STARTS.map((count, i) => [`after ${count}`, ({ sizes }) => String(sizes[i])])
  const kept = ['kept', ({ entries }) => String(entries)]
  const size = ['each', (row) => each(row).toFixed(0)]
  return {
    title: 'Pending logins in one session',
    tables: [table('bytes of JSON', rows, ...after.slice(1), kept, size)],
    notes: ['The others keep one: a second tab overwrites the login of the first tab.'],
    standing: [
      { what: 'pending login', unit: 'bytes of JSON', most: 130, value: worst(rows, each) },
    ],
  }
}

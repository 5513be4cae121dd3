import { BARE, CONTENDERS, OURS, OVER_UNDICI, PEER } from '../contenders.mjs'
import { inTurn, startWorker } from '../processes.mjs'
import { median, ratio, spread } from '../statistics.mjs'

const CONCURRENT = [1, 32]
const isOurs = ({ name }) => OURS.includes(name)
const isOverUndici = (name) => OVER_UNDICI.includes(name)
const range = ({ median: middle, min, max }, digits) =>
  `${middle.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`

/** Calls `work` with a worker for both legs of these contenders, and then closes the worker. */
async function withLegs(names, work, options) {
  const provider = await startWorker('provider', {})
  const legs = await startWorker('legs', { url: await provider.ask('url'), names }, options)
  try {
    return await work(legs)
  } finally {
    await legs.stop()
    await provider.stop()
  }
}

/** The callback leg in one process, with one login at a time and with 32. */
export async function measureCallback({ both: strategies, quick }) {
  const names = [BARE, ...strategies]
  const count = quick ? 60 : 400
  const turns = { rounds: quick ? 2 : 20, seconds: quick ? 20 : 11 * names.length }
  const answers = await withLegs(names, async (legs) => {
    for (const name of names) await legs.ask('callback', name, quick ? 200 : 4000, 8)
    return inTurn(names, turns, async (name) => [
      await legs.ask('callback', name, count, CONCURRENT[0]),
      await legs.ask('callback', name, count, CONCURRENT[1]),
    ])
  })
  const tables = CONCURRENT.map((concurrent, i) => {
    const of = (name, what) => answers.get(name).map((round) => round[i][what])
    const rows = names.map((name) => ({
      name,
      cpu: spread(of(name, 'cpu')),
      toPeer: ratio(of(name, 'cpu'), of(PEER, 'cpu')),
      perSecond: median(of(name, 'perSecond')),
      p99: median(of(name, 'p99')),
    }))
    return { concurrent, rows }
  })
  return {
    title: 'Callback leg',
    tables: tables.map(({ concurrent, rows }) => ({
      head: [
        `${concurrent} at a time`,
        'CPU, µs (min to max)',
        '× passport-oauth2',
        'logins/s',
        'p99 ms',
      ],
      rows: rows.map(({ name, cpu, toPeer, perSecond, p99 }) => [
        name,
        range(cpu, 0),
        toPeer.toFixed(2),
        perSecond.toFixed(0),
        p99.toFixed(2),
      ]),
    })),
    notes: [
      'The request and the session are plain objects, so only the strategy and its two calls are measured. Bare calls are the same two calls by `node:http` and the parsing of their answers, and nothing else.',
    ],
    standing: [
      ...tables.map((table) => standingOf(table, isOurs, '', 1.1)),
      // they are measured only with --dispatcher
      ...(strategies.some(isOverUndici)
        ? tables.map((table) =>
            standingOf(table, ({ name }) => isOverUndici(name), ' over undici', 0.85),
          )
        : []),
    ],
    bars: tables[0].rows.map(({ name, toPeer }) => ({ name, value: toPeer, leg: 'callback leg' })),
  }
}

/** The worst of some contenders, compared with the target. */
function standingOf({ concurrent, rows }, isCounted, where, most) {
  return {
    what: `callback leg${where}, ${concurrent} at a time: CPU`,
    unit: '×',
    most,
    value: Math.max(...rows.filter(isCounted).map(({ toPeer }) => toPeer)),
  }
}

/** The start leg in one process. */
export async function measureStart({ strategies, quick }) {
  const names = strategies.filter((name) => CONTENDERS.get(name).starts)
  const count = quick ? 300 : 4000
  const turns = { rounds: quick ? 2 : 20, seconds: quick ? 5 : 30 }
  const answers = await withLegs(names, async (legs) => {
    for (const name of names) await legs.ask('start', name, count)
    return inTurn(names, turns, (name) => legs.ask('start', name, count))
  })
  const rows = names.map((name) => ({
    name,
    cpu: spread(answers.get(name)),
    toPeer: ratio(answers.get(name), answers.get(PEER)),
  }))
  return {
    title: 'Start leg',
    tables: [
      {
        head: ['', 'CPU per start, µs (min to max)', '× passport-oauth2'],
        rows: rows.map(({ name, cpu, toPeer }) => [name, range(cpu, 1), toPeer.toFixed(2)]),
      },
    ],
    standing: [
      {
        what: 'start leg: CPU',
        unit: '×',
        most: 0.35,
        value: Math.max(...rows.filter(isOurs).map(({ toPeer }) => toPeer)),
      },
    ],
  }
}

/** How much heap the callback leg of a login takes. */
export async function measureAllocation({ strategies, quick }) {
  const names = [BARE, ...strategies]
  // with young space of this size there is no garbage collection, so the growth of the heap is what
  // was taken
  const execArgv = ['--min-semi-space-size=128', '--max-semi-space-size=128']
  const rows = []
  for (const name of names)
    await withLegs(
      [name],
      async (legs) => {
        await legs.ask('callback', name, quick ? 200 : 2000, 8)
        const taken = []
        for (let i = 0; i < (quick ? 1 : 5); i++)
          taken.push(await legs.ask('allocation', name, 300))
        rows.push({ name, taken: median(taken) })
      },
      { execArgv },
    )
  return {
    title: 'Allocation per callback',
    tables: [
      { head: ['', 'kB of heap'], rows: rows.map(({ name, taken }) => [name, taken.toFixed(1)]) },
    ],
    standing: [
      {
        what: 'allocation per callback',
        unit: 'kB',
        most: 38,
        value: Math.max(...rows.filter(isOurs).map(({ taken }) => taken)),
      },
    ],
  }
}

const STARTS = [0, 1, 5, 1000]

/** How much unfinished logins leave in one session, as JSON. */
export async function measurePending({ strategies }) {
  const names = strategies.filter((name) => CONTENDERS.get(name).starts)
  const rows = await withLegs(names, (legs) =>
    Promise.all(
      names.map(async (name) => ({ name, ...(await legs.ask('pending', name, STARTS)) })),
    ),
  )
  const each = ({ sizes, entries }) => (sizes.at(-1) - sizes[0]) / entries
  return {
    title: 'Pending logins in one session',
    tables: [
      {
        head: [
          'bytes of JSON',
          ...STARTS.slice(1).map((count) => `after ${count}`),
          'kept',
          'each',
        ],
        rows: rows.map((row) => [
          row.name,
          ...row.sizes.slice(1).map(String),
          String(row.entries),
          each(row).toFixed(0),
        ]),
      },
    ],
    notes: ['The others keep one: a second tab overwrites the login of the first tab.'],
    standing: [
      {
        what: 'pending login',
        unit: 'bytes of JSON',
        most: 130,
        value: Math.max(...rows.filter(isOurs).map(each)),
      },
    ],
  }
}

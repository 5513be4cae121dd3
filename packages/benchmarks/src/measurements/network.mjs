import { rmSync } from 'node:fs'
import { makeCertificate } from '../certificate.mjs'
import { OURS, PEER } from '../contenders.mjs'
import { startWorker } from '../processes.mjs'
import { median, spread } from '../statistics.mjs'

const isOurs = ({ name }) => OURS.includes(name)
/** Milliseconds in each direction. */
const ONE_WAY = 100
const BLOCKED = 90

/** The first login of a process over https, over a line with a known delay. */
export async function measureFirstLogin({ strategies, quick }) {
  const { folder, key, cert } = makeCertificate()
  const provider = await startWorker('provider', { key, cert, oneWay: ONE_WAY })
  const url = await provider.ask('url')
  const rows = []
  try {
    for (const name of strategies) {
      const answers = []
      for (let trial = 0; trial < (quick ? 1 : 5); trial++) {
        const env = { NODE_EXTRA_CA_CERTS: cert }
        const legs = await startWorker('legs', { url, names: [name] }, { env })
        const before = await provider.ask('connections')
        const { ok, ms, reason } = await legs.ask('one', name, 0)
        if (!ok) throw new Error(`${name}: no first login: ${reason}`)
        answers.push({ ms, connections: (await provider.ask('connections')) - before })
        await legs.stop()
      }
      rows.push({
        name,
        trips: spread(answers.map(({ ms }) => ms / (2 * ONE_WAY))),
        connections: median(answers.map(({ connections }) => connections)),
      })
    }
  } finally {
    await provider.stop()
    rmSync(folder, { recursive: true })
  }
  const ours = rows.filter(isOurs)
  const peer = rows.find(({ name }) => name === PEER)
  return {
    title: 'First login of a process, over https',
    tables: [
      {
        head: ['', 'connections', 'round trips (min to max)', '× passport-oauth2'],
        rows: rows.map(({ name, trips, connections }) => [
          name,
          String(connections),
          `${trips.median.toFixed(2)} (${trips.min.toFixed(2)} to ${trips.max.toFixed(2)})`,
          (trips.median / peer.trips.median).toFixed(2),
        ]),
      },
    ],
    notes: [
      `The time of a login over a line of ${ONE_WAY} ms in each direction, divided by the ${2 * ONE_WAY} ms of a round trip. This includes what the process computes.`,
    ],
    standing: [
      {
        what: 'first login over https: connections',
        unit: '',
        most: 1,
        value: Math.max(...ours.map(({ connections }) => connections)),
      },
      {
        what: 'first login over https: round trips',
        unit: '',
        most: 4.3,
        value: Math.max(...ours.map(({ trips }) => trips.median)),
      },
    ],
  }
}

/**
 * A login on a keep-alive connection that the provider has closed without the application's
 * knowledge.
 */
export async function measureDeadConnection({ strategies, quick }) {
  const trials = quick ? 2 : 8
  const rows = []
  for (const name of strategies) {
    const reset = await run(name, trials, async (legs, provider) => {
      await provider.ask('doom')
      return legs.ask('one', name, 0)
    })
    const closed = await run(name, trials, async (legs, provider) => {
      const attempt = legs.ask('one', name, BLOCKED)
      await new Promise((resolve) => setTimeout(resolve, BLOCKED / 3))
      await provider.ask('hangUp')
      return attempt
    })
    rows.push({ name, good: [reset, closed].map(({ good }) => good), cells: [reset, closed] })
  }
  const show = ({ good, reasons }) =>
    `${good} of ${trials}${reasons.size > 0 ? ` (${[...reasons].join(', ')})` : ''}`
  return {
    title: 'A keep-alive connection that the provider has closed',
    tables: [
      {
        head: [
          'logins that succeed',
          'reset when the request arrives',
          'closed while nobody looked',
        ],
        rows: rows.map(({ name, cells }) => [name, ...cells.map(show)]),
      },
    ],
    notes: [
      'In the second column the connection is closed while the application computes. Then the login follows directly.',
    ],
    standing: [
      {
        what: 'dead connections: share of logins that succeed',
        unit: '',
        least: 1,
        value: Math.min(...rows.filter(isOurs).flatMap(({ good }) => good)) / trials,
      },
    ],
  }
}

async function run(name, trials, attempt) {
  const provider = await startWorker('provider', {})
  const legs = await startWorker('legs', { url: await provider.ask('url'), names: [name] })
  const reasons = new Set()
  let good = 0
  for (let trial = 0; trial < trials; trial++) {
    await legs.ask('one', name, 0) // leaves a connection open
    const { ok, reason } = await attempt(legs, provider)
    if (ok) good++
    else reasons.add(reason)
    // the next trial begins with new connections
    await provider.ask('hangUp')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await legs.stop()
  await provider.stop()
  return { good, reasons }
}

import { rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { makeCertificate } from '../certificate.mjs'
import { PEER } from '../contenders.mjs'
import { withProvider, withWorker } from '../processes.mjs'
import { median, spread } from '../statistics.mjs'
import { isOurs, range, table, worst } from './compare.mjs'

/** Milliseconds in each direction. */
const ONE_WAY = 100
const BLOCKED = 90

/** The first login of a process over https, over a line with a known delay. */
export async function measureFirstLogin({ strategies, quick }) {
  const { folder, key, cert } = makeCertificate()
  const env = { NODE_EXTRA_CA_CERTS: cert }
  const rows = []
  async function logInOnce(provider, name) {
    const argument = { url: await provider.ask('url'), names: [name] }
    return withWorker(
      'legs',
      argument,
      async (legs) => {
        const before = await provider.ask('connections')
        const { ok, ms, reason } = await legs.ask('one', name, 0)
        if (!ok) throw new Error(`${name}: no first login: ${reason}`)
        return { ms, connections: (await provider.ask('connections')) - before }
      },
      { env },
    )
  }
  await withWorker('provider', { key, cert, oneWay: ONE_WAY }, async (provider) => {
    for (const name of strategies) {
      const logins = []
      for (let i = 0; i < (quick ? 1 : 5); i++) logins.push(await logInOnce(provider, name))
      rows.push({
        name,
        trips: spread(logins.map(({ ms }) => ms / (2 * ONE_WAY))),
        connections: median(logins.map(({ connections }) => connections)),
      })
    }
  }).finally(() => rmSync(folder, { recursive: true }))
  const where = 'first login over https'
  const peer = rows.find(({ name }) => name === PEER)
  const connections = (row) => row.connections
  return {
    title: 'First login of a process, over https',
    tables: [
      table(
        '',
        rows,
        ['connections', (row) => String(row.connections)],
        ['round trips (min to max)', ({ trips }) => range(trips, 2)],
        [`× ${PEER}`, ({ trips }) => (trips.median / peer.trips.median).toFixed(2)],
      ),
    ],
    notes: [
      `The time of a login over a line of ${ONE_WAY} ms in each direction, divided by the ${2 * ONE_WAY} ms of a round trip. This includes what the process computes.`,
    ],
    standing: [
      { what: `${where}: connections`, unit: '', most: 1, value: worst(rows, connections) },
      {
        what: `${where}: round trips`,
        unit: '',
        most: 4.3,
        value: worst(rows, ({ trips }) => trips.median),
      },
    ],
  }
}

/** A login on a keep-alive connection that the provider has closed, which nobody has noticed yet. */
export async function measureDeadConnection({ strategies, quick }) {
  const trials = quick ? 2 : 8
  const rows = []
  for (const name of strategies) {
    const reset = await tryLogins(name, trials, async (legs, provider) => {
      await provider.ask('doom')
      return legs.ask('one', name, 0)
    })
    const closed = await tryLogins(name, trials, async (legs, provider) => {
      const attempt = legs.ask('one', name, BLOCKED)
      await wait(BLOCKED / 3)
      await provider.ask('hangUp')
      return attempt
    })
    rows.push({ name, reset, closed })
  }
  const show = ({ good, reasons }) =>
    `${good} of ${trials}${reasons.size > 0 ? ` (${[...reasons].join(', ')})` : ''}`
  const goodOnes = rows.filter(isOurs).flatMap(({ reset, closed }) => [reset.good, closed.good])
  return {
    title: 'A keep-alive connection that the provider has closed',
    tables: [
      table(
        'logins that succeed',
        rows,
        ['reset when the request arrives', ({ reset }) => show(reset)],
        ['closed while the application computes', ({ closed }) => show(closed)],
      ),
    ],
    notes: [
      'In the second column the provider closes the connection while the application computes, so the application cannot notice it. The next step of the application is the login.',
    ],
    standing: [
      {
        what: 'dead connections: share of logins that succeed',
        unit: '',
        least: 1,
        value: Math.min(...goodOnes) / trials,
      },
    ],
  }
}

function tryLogins(name, trials, attempt) {
  return withProvider('legs', [name], async (legs, provider) => {
    const reasons = new Set()
    let good = 0
    for (let trial = 0; trial < trials; trial++) {
      await legs.ask('one', name, 0) // leaves a connection open
      const { ok, reason } = await attempt(legs, provider)
      if (ok) good++
      else reasons.add(reason)
      // the next trial begins with new connections
      await provider.ask('hangUp')
      await wait(20)
    }
    return { good, reasons }
  })
}

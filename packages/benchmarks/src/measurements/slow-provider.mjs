import http from 'node:http'
import { FLOORS, OURS, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'
import { startProvider } from '../harness/rounds.mjs'
import { quantile } from '../harness/statistics.mjs'

const NAMES = [FLOORS[0], ...OURS, ...PEERS]
const FEW = [...OURS, PEERS[0]]
const DELAY = 200
const IN_FLIGHT = 500

/** 500 logins always under way while each of the provider's answers takes 200 ms. */
export async function measureSlowProvider({ quick }) {
  const provider = await startProvider({ delay: DELAY })
  const url = await provider.ask('url')
  const rows = []
  for (const name of quick ? FEW : NAMES) {
    const child = await startChild('workers/login.mjs', [name, url], { execArgv: ['--expose-gc'] })
    if (!quick) await child.ask('delay', 100, 500, 2 * DELAY)
    const idle = await child.ask('delay', 0, quick ? 300 : 1500, 1)
    const port = await child.ask('listen')
    const ended = child.ask('delay', IN_FLIGHT, quick ? 1000 : 4000, 2 * DELAY)
    const probes = await probe(port, ended)
    rows.push({ name, idle, busy: await ended, other: quantile(probes, 0.99) })
    await child.stop()
  }
  await provider.stop()
  const more = ({ idle, busy }) => busy.p99 - idle.p99
  return {
    title: `${IN_FLIGHT} logins at once while the provider takes ${DELAY} ms`,
    id: 'slow-provider',
    head: [
      '',
      'event loop delay p99, ms: idle',
      'with logins',
      'more',
      'another route p99, ms',
      'logins/s',
    ],
    rows: rows.map((row) => [
      row.name,
      row.idle.p99.toFixed(1),
      row.busy.p99.toFixed(1),
      more(row).toFixed(1),
      row.other.toFixed(1),
      (row.busy.done / (quick ? 1 : 4)).toFixed(0),
    ]),
    bars: {
      label: 'event loop delay p99 above idle, ms',
      limit: 20,
      values: rows.map((row) => ({ name: row.name, value: more(row) })),
    },
    targets: [
      {
        what: 'event loop under 500 slow logins: p99 delay above idle, ms',
        limit: '≤ 20',
        value: Math.max(...rows.filter(({ name }) => OURS.includes(name)).map(more)),
        met: (value) => value <= 20,
        unit: 'ms',
      },
    ],
  }
}

/** Asks another route every 20 ms until `ended`; gives back how long each answer took. */
async function probe(port, ended) {
  const agent = new http.Agent({ keepAlive: true })
  const times = []
  const run = { over: false }
  const stop = () => (run.over = true)
  ended.then(stop, stop)
  while (!run.over) {
    const from = performance.now()
    await new Promise((resolve, reject) => {
      const req = http.get({ port, host: '127.0.0.1', agent }, (res) => {
        res.resume()
        res.once('end', resolve)
      })
      req.once('error', reject)
    })
    times.push(performance.now() - from)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  agent.destroy()
  return times
}

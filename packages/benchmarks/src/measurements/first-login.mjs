import { rmSync } from 'node:fs'
import { FLOORS, OURS, PEER, PEERS } from '../contenders/index.mjs'
import { makeCertificate } from '../harness/certificate.mjs'
import { startChild } from '../harness/child.mjs'
import { startProvider } from '../harness/rounds.mjs'
import { median, spread } from '../harness/statistics.mjs'

const NAMES = [FLOORS[0], ...OURS, ...PEERS]
/** Milliseconds in each direction. */
const ONE_WAY = 100

/** The first login of a process over https, along a line of a known length. */
export async function measureFirstLogin({ quick }) {
  const { folder, key, cert } = makeCertificate()
  const provider = await startProvider({ key, cert, oneWay: ONE_WAY })
  const url = await provider.ask('url')
  const answers = new Map(NAMES.map((name) => [name, []]))
  try {
    for (let trial = 0; trial < (quick ? 1 : 4); trial++)
      for (const name of NAMES) answers.get(name).push(await once(name, url, cert, provider))
  } finally {
    await provider.stop()
    rmSync(folder, { recursive: true })
  }
  const rows = NAMES.map((name) => ({
    name,
    trips: spread(answers.get(name).map(({ ms }) => ms / (2 * ONE_WAY))),
    connections: median(answers.get(name).map(({ connections }) => connections)),
  }))
  const ours = rows.filter(({ name }) => OURS.includes(name))
  const peer = rows.find(({ name }) => name === PEER).trips.median
  return {
    title: 'First login of a quiet site, over https',
    id: 'first-login',
    head: ['', 'connections opened', 'round trips (min to max)', '× passport-oauth2'],
    rows: rows.map(({ name, trips, connections }) => [
      name,
      String(connections),
      `${trips.median.toFixed(2)} (${trips.min.toFixed(2)} to ${trips.max.toFixed(2)})`,
      (trips.median / peer).toFixed(2),
    ]),
    notes: [
      `A login's time over a line of ${ONE_WAY} ms in each direction, divided by the ${2 * ONE_WAY} ms of a round trip; what it computes is in it. Each login is the first of a fresh process.`,
    ],
    bars: {
      label: 'round trips of the first login over https',
      limit: 4.3,
      values: rows.map(({ name, trips }) => ({ name, value: trips.median })),
    },
    targets: [
      {
        what: 'first login over https: connections',
        limit: '1',
        value: Math.max(...ours.map(({ connections }) => connections)),
        met: (value) => value === 1,
        unit: '',
      },
      {
        what: 'first login over https: round trips',
        limit: '≤ 4.3',
        value: Math.max(...ours.map(({ trips }) => trips.median)),
        met: (value) => value <= 4.3,
        unit: '',
      },
    ],
  }
}

async function once(name, url, cert, provider) {
  const child = await startChild('workers/login.mjs', [name, url], {
    execArgv: ['--expose-gc'],
    env: { NODE_EXTRA_CA_CERTS: cert },
  })
  await provider.ask('counts')
  const { ok, ms, reason } = await child.ask('after', 0)
  if (!ok) throw new Error(`${name}: no first login: ${reason}`)
  const { connections } = await provider.ask('counts')
  await child.stop()
  return { ms, connections }
}

import { CONTENDERS, OURS, PEER, PEERS } from '../contenders/index.mjs'
import { createBrowser } from '../harness/browser.mjs'
import { startChild } from '../harness/child.mjs'
import { runFleets, startProvider } from '../harness/rounds.mjs'
import { median, quantile, ratio, spread } from '../harness/statistics.mjs'

const NAMES = [...OURS, ...PEERS]
const BROWSERS = 8

/** Whole logins through Express and express-session, driven from this process. */
export async function measureWhole({ quick }) {
  const provider = await startProvider()
  const url = await provider.ask('url')
  const count = quick ? 100 : 400
  const answers = await runFleets({
    fleets: quick ? 1 : 2,
    rounds: quick ? 3 : 6,
    seconds: quick ? 6 : 90,
    names: NAMES,
    async start(name) {
      const child = await startChild('workers/app.mjs', [name, url])
      const port = await child.ask('port')
      const app = { ...child, name, port }
      // a server runs longer than it takes V8 to optimise it
      await drive(app, quick ? 200 : 3000)
      return app
    },
    async measure(app) {
      // a process that has waited for the others is cold again, which no server under load is
      await drive(app, count / 2)
      return drive(app, count)
    },
  })
  await provider.stop()
  const of = (name, what) => answers.get(name).map((round) => round[what])
  const rows = NAMES.map((name) => ({
    name,
    cpu: spread(of(name, 'cpu')),
    toPeer: ratio(of(name, 'cpu'), of(PEER, 'cpu')),
    rate: ratio(of(name, 'perSecond'), of(PEER, 'perSecond')),
    perSecond: median(of(name, 'perSecond')),
    p50: median(of(name, 'p50')),
    p99: median(of(name, 'p99')),
    operations: answers.get(name).at(-1).operations,
  }))
  const ours = rows.filter(({ name }) => OURS.includes(name))
  const total = ({ operations }) => Object.values(operations).reduce((sum, one) => sum + one, 0)
  const most = total(rows.find(({ name }) => name === PEER))
  return {
    title: 'Whole login through Express 5 and express-session',
    id: 'whole',
    head: [
      '',
      'app CPU per login, µs (min to max)',
      '× passport-oauth2',
      'logins/s',
      '× passport-oauth2',
      'p50 ms',
      'p99 ms',
      'store: get, set, touch, destroy',
    ],
    rows: rows.map((row) => [
      row.name,
      `${row.cpu.median.toFixed(0)} (${row.cpu.min.toFixed(0)} to ${row.cpu.max.toFixed(0)})`,
      row.toPeer.toFixed(2),
      row.perSecond.toFixed(0),
      row.rate.toFixed(2),
      row.p50.toFixed(1),
      row.p99.toFixed(1),
      Object.values(row.operations).join(', '),
    ]),
    notes: [
      'passport-monpay has one request per login, since the wallet starts; the others have two, start and callback.',
    ],
    bars: {
      label: 'application CPU per login, × passport-oauth2',
      limit: 0.95,
      values: rows.map(({ name, toPeer }) => ({ name, value: toPeer })),
    },
    targets: [
      {
        what: 'whole login: app CPU',
        limit: '≤ 0.95 × passport-oauth2',
        value: Math.max(...ours.map((row) => row.toPeer)),
        met: (value) => value <= 0.95,
        unit: '×',
      },
      {
        what: 'whole login: logins per second',
        limit: '≥ 1.00 × passport-oauth2',
        value: Math.min(...ours.map((row) => row.rate)),
        met: (value) => value >= 1,
        unit: '×',
      },
      {
        what: 'whole login: session-store operations',
        limit: `≤ ${most} (passport-oauth2)`,
        value: Math.max(...ours.map(total)),
        met: (value) => value <= most,
        unit: '',
      },
    ],
  }
}

/** So many logins by a few browsers at once, each login in a fresh session. */
async function drive(app, count) {
  const contender = CONTENDERS.get(app.name)
  await app.ask('clear')
  const before = await app.ask('usage')
  const started = performance.now()
  const latencies = []
  let begun = 0
  const browse = async () => {
    const browser = createBrowser(app.port)
    while (begun++ < count) {
      const from = performance.now()
      browser.forget()
      await logIn(browser, contender)
      latencies.push(performance.now() - from)
    }
    browser.close()
  }
  await Promise.all(Array.from({ length: BROWSERS }, browse))
  const seconds = (performance.now() - started) / 1000
  const after = await app.ask('usage')
  const operations = Object.fromEntries(
    Object.entries(after.operations).map(([name, number]) => [
      name,
      Number(((number - before.operations[name]) / count).toFixed(2)),
    ]),
  )
  return {
    cpu: (after.cpu - before.cpu) / count,
    perSecond: count / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    operations,
  }
}

async function logIn(browser, contender) {
  let location
  if (contender.starts) {
    const begun = await browser.visit({ url: '/auth/login' })
    location = begun.location
  }
  const ended = await browser.visit(contender.callback(location))
  if (ended.location !== '/') throw new Error(`${contender.name}: no login (${ended.status})`)
}

import { createBrowser } from '../browser.mjs'
import { CONTENDERS, OURS, PEER } from '../contenders.mjs'
import { inTurn, startWorker } from '../processes.mjs'
import { median, quantile, ratio, spread } from '../statistics.mjs'

const BROWSERS = [1, 32]

/** Whole logins through Express and express-session, by browsers in this process. */
export async function measureWhole({ both: names, quick }) {
  const provider = await startWorker('provider', {})
  const app = await startWorker('applications', { url: await provider.ask('url'), names })
  // V8 must have optimised the code, as in a server
  for (const name of names) await drive(app, name, 8, quick ? 100 : 2000)
  const turns = { rounds: quick ? 2 : 12, seconds: quick ? 20 : 25 * names.length }
  const answers = await inTurn(names, turns, async (name) => [
    await drive(app, name, 1, quick ? 50 : 200),
    await drive(app, name, 32, quick ? 100 : 400),
  ])
  await app.stop()
  await provider.stop()

  const rows = names.map((name) => {
    const at = BROWSERS.map((_, i) => {
      const of = (who, what) => answers.get(who).map((round) => round[i][what])
      return {
        cpu: spread(of(name, 'cpu')),
        toPeer: ratio(of(name, 'cpu'), of(PEER, 'cpu')),
        perSecond: median(of(name, 'perSecond')),
        rate: ratio(of(name, 'perSecond'), of(PEER, 'perSecond')),
        p99: median(of(name, 'p99')),
      }
    })
    return { name, at, operations: answers.get(name).at(-1)[1].operations }
  })
  const ours = rows.filter(({ name }) => OURS.includes(name))
  const standing = BROWSERS.flatMap((browsers, i) => {
    const where = `whole login, ${browsers} at a time`
    const [cpu, rate] = [ours.map(({ at }) => at[i].toPeer), ours.map(({ at }) => at[i].rate)]
    return [
      { what: `${where}: application's CPU`, unit: '×', most: 1, value: Math.max(...cpu) },
      { what: `${where}: logins per second`, unit: '×', least: 1, value: Math.min(...rate) },
    ]
  })
  const cells = ({ cpu, toPeer, perSecond, rate, p99 }) => [
    `${cpu.median.toFixed(0)} (${cpu.min.toFixed(0)} to ${cpu.max.toFixed(0)})`,
    toPeer.toFixed(2),
    perSecond.toFixed(0),
    rate.toFixed(2),
    p99.toFixed(1),
  ]
  const head = [
    'CPU, µs (min to max)',
    '× passport-oauth2',
    'logins/s',
    '× passport-oauth2',
    'p99 ms',
  ]
  return {
    title: 'Whole login through Express 5 and express-session',
    tables: BROWSERS.map((browsers, i) => ({
      head: [`${browsers} at a time`, ...head],
      rows: rows.map(({ name, at }) => [name, ...cells(at[i])]),
    })),
    notes: [
      'Calls of the session store per login (get, set, touch, destroy): ' +
        `${rows.map(({ name, operations }) => `${name} ${operations.join(', ')}`).join('; ')}.`,
      'passport-monpay has one request per login, because the wallet starts it. The others have two, start and callback. passport-zalopay-pkce posts its callback, so Express must parse a body.',
    ],
    standing,
    bars: rows.map(({ name, at }) => ({ name, value: at[0].toPeer, leg: 'whole login' })),
  }
}

/** Runs this many logins by a few browsers at the same time, each login in a new session. */
async function drive(app, name, browsers, count) {
  const contender = CONTENDERS.get(name)
  const port = await app.ask('port', name)
  await app.ask('clear', name)
  const before = await app.ask('usage', name)
  const began = performance.now()
  const latencies = []
  let left = count
  const browse = async () => {
    const browser = createBrowser(port)
    while (left-- > 0) {
      const from = performance.now()
      browser.forget()
      await logIn(browser, contender)
      latencies.push(performance.now() - from)
    }
    browser.close()
  }
  await Promise.all(Array.from({ length: browsers }, browse))
  const seconds = (performance.now() - began) / 1000
  const after = await app.ask('usage', name)
  return {
    cpu: (after.cpu - before.cpu) / count,
    perSecond: count / seconds,
    p99: quantile(latencies, 0.99),
    operations: Object.keys(after.operations).map(
      (one) => (after.operations[one] - before.operations[one]) / count,
    ),
  }
}

async function logIn(browser, contender) {
  const begun = contender.starts ? await browser.visit({ url: '/auth/login' }) : {}
  const ended = await browser.visit(contender.callback(begun.location))
  if (ended.location !== '/') throw new Error(`${contender.name}: no login (${ended.status})`)
}

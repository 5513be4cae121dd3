import { createBrowser } from '../browser.mjs'
import { CONTENDERS, OVER_UNDICI, PEER } from '../contenders.mjs'
import { inTurn, withProvider } from '../processes.mjs'
import { median, quantile, ratio } from '../statistics.mjs'
import { compare, isOurs, range, table, TO_PEER, worst } from './compare.mjs'

const BROWSERS = [1, 32]

/** Whole logins through Express and express-session, by browsers in this process. */
export async function measureWhole({ both: names, quick }) {
  const turns = { rounds: quick ? 2 : 12, seconds: quick ? 20 : 25 * names.length }
  const answers = await withProvider('applications', names, async (app) => {
    // V8 must have optimised the code, as in a server
    for (const name of names) await drive(app, name, 8, quick ? 100 : 2000)
    return inTurn(names, turns, async (name) => [
      await drive(app, name, 1, quick ? 50 : 200),
      await drive(app, name, 32, quick ? 100 : 400),
    ])
  })
  const measured = BROWSERS.map((_, i) => {
    const of = (name, what) => answers.get(name).map((round) => round[i][what])
    return compare(names, (name) => of(name, 'cpu')).map((row) => ({
      ...row,
      perSecond: median(of(row.name, 'perSecond')),
      rate: ratio(of(row.name, 'perSecond'), of(PEER, 'perSecond')),
      p99: median(of(row.name, 'p99')),
    }))
  })
  // undici changes none
  const operations = names
    .filter((name) => !OVER_UNDICI.includes(name))
    .map((name) => `${name} ${answers.get(name).at(-1)[1].operations.join(', ')}`)
  return {
    title: 'Whole login through Express 5 and express-session',
    tables: BROWSERS.map((browsers, i) =>
      table(
        `${browsers} at a time`,
        measured[i],
        ['CPU, µs (min to max)', ({ value }) => range(value, 0)],
        TO_PEER,
        ['logins/s', ({ perSecond }) => perSecond.toFixed(0)],
        [`× ${PEER}`, ({ rate }) => rate.toFixed(2)],
        ['p99 ms', ({ p99 }) => p99.toFixed(1)],
      ),
    ),
    notes: [
      `Calls of the session store per login (get, set, touch, destroy): ${operations.join('; ')}.`,
      'passport-monpay has one request per login, because the MonPay app starts it. The others have two, start and callback. passport-zalopay-pkce posts its callback, so Express must parse a body.',
    ],
    standing: BROWSERS.flatMap((browsers, i) => {
      const where = `whole login, ${browsers} at a time`
      const cpu = worst(measured[i], ({ toPeer }) => toPeer)
      const rate = Math.min(...measured[i].filter(isOurs).map((row) => row.rate))
      return [
        { what: `${where}: application's CPU`, unit: '×', most: 1, value: cpu },
        { what: `${where}: logins per second`, unit: '×', least: 1, value: rate },
      ]
    }),
    bars: measured[0].map(({ name, toPeer }) => ({ name, value: toPeer, leg: 'whole login' })),
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

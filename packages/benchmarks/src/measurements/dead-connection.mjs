import { FLOORS, OURS, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'
import { inPairs, startProvider } from '../harness/rounds.mjs'

const NAMES = [FLOORS[0], ...OURS, ...PEERS]
const BLOCKED = 90

/** A login whose kept connection the provider has closed, unseen by the application. */
export async function measureDeadConnection({ quick }) {
  const trials = quick ? 2 : 8
  const rows = await inPairs(NAMES, async (name) => {
    const reset = await run(name, trials, async (child, provider) => {
      await provider.ask('doom')
      return child.ask('after', 0)
    })
    const closed = await run(name, trials, async (child, provider) => {
      const attempt = child.ask('after', BLOCKED)
      await new Promise((resolve) => setTimeout(resolve, BLOCKED / 3))
      await provider.ask('hangUp')
      return attempt
    })
    return { name, reset, closed }
  })
  const show = ({ good, reasons }) =>
    `${good} of ${trials}${reasons.size > 0 ? ` (${[...reasons].join(', ')})` : ''}`
  const least = Math.min(
    ...rows
      .filter(({ name }) => OURS.includes(name))
      .flatMap(({ reset, closed }) => [reset.good, closed.good]),
  )
  return {
    title: 'A kept connection that the provider has closed meanwhile',
    id: 'dead-connection',
    head: ['logins that succeed', 'reset when the request arrives', 'closed while nobody looked'],
    rows: rows.map(({ name, reset, closed }) => [name, show(reset), show(closed)]),
    notes: [
      'In the second column the connection is closed while the application computes, and the login is the next thing it does.',
    ],
    bars: {
      label: 'logins that succeed when the request is answered by a reset, share',
      limit: 1,
      values: rows.map(({ name, reset }) => ({ name, value: reset.good / trials })),
    },
    targets: [
      {
        what: 'a kept connection that died: logins that succeed',
        limit: 'all',
        value: least / trials,
        met: (value) => value === 1,
        unit: 'share',
      },
    ],
  }
}

async function run(name, trials, attempt) {
  const provider = await startProvider()
  const child = await startChild('workers/login.mjs', [name, await provider.ask('url')], {
    execArgv: ['--expose-gc'],
  })
  const reasons = new Set()
  let good = 0
  for (let trial = 0; trial < trials; trial++) {
    await child.ask('after', 0) // leaves a connection open
    const { ok, reason } = await attempt(child, provider)
    if (ok) good++
    else reasons.add(reason)
    // the next trial begins with new connections
    await provider.ask('hangUp')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await child.stop()
  await provider.stop()
  return { good, reasons }
}

import { CONTENDERS } from '../contenders.mjs'
import { createPreparer, createSession } from '../passport.mjs'
import { argument, serve } from '../processes.mjs'
import { quantile } from '../statistics.mjs'

// The two legs of a login, without a framework. All contenders of a table are in this
// one process, so that no other process has to wait while one is measured.
const { url, names } = argument()
const contenders = new Map()
for (const name of names) contenders.set(name, await createPreparer(CONTENDERS.get(name), url))

async function prepareMany(name, count) {
  const prepared = []
  for (let i = 0; i < count; i++) prepared.push(await contenders.get(name).prepare())
  return prepared
}

/** Runs prepared logins, this many at a time; returns how long each took, in ms. */
async function runAll(prepared, concurrent) {
  const latencies = []
  let next = 0
  const one = async () => {
    while (next < prepared.length) {
      const logIn = prepared[next]
      prepared[next++] = undefined
      const began = performance.now()
      await logIn()
      latencies.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: concurrent }, one))
  return latencies
}

/** CPU of some work, in µs, with the collection of its garbage. */
async function cpuOf(work) {
  // after two collections what was prepared is in old space, and the last collection does not copy
  // it
  globalThis.gc({ type: 'minor' })
  globalThis.gc({ type: 'minor' })
  const before = process.cpuUsage()
  const result = await work()
  globalThis.gc({ type: 'minor' })
  const { user, system } = process.cpuUsage(before)
  return { cpu: user + system, result }
}

serve({
  /** The callback leg: CPU of one login in µs, logins per second, latencies in ms. */
  async callback(name, count, concurrent) {
    const prepared = await prepareMany(name, count)
    const began = performance.now()
    const { cpu, result } = await cpuOf(() => runAll(prepared, concurrent))
    return {
      cpu: cpu / count,
      perSecond: (count / (performance.now() - began)) * 1000,
      p99: quantile(result, 0.99),
    }
  },
  /** The start leg: CPU of one start in µs. */
  async start(name, count) {
    const { prepareStart } = contenders.get(name)
    const starts = Array.from({ length: count }, () => prepareStart(createSession()))
    const { cpu } = await cpuOf(async () => {
      for (const start of starts) await start()
    })
    return cpu / count
  },
  /** KiB of heap that the callback leg of one login takes. */
  async allocation(name, count) {
    const prepared = await prepareMany(name, count)
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    await runAll(prepared, 1)
    return (process.memoryUsage().heapUsed - before) / count / 1024
  },
  /** Bytes of JSON that this many unfinished logins leave in one session. */
  async pending(name, counts) {
    const session = createSession()
    const sizes = []
    let started = 0
    for (const count of counts) {
      for (; started < count; started++) await contenders.get(name).prepareStart(session)()
      sizes.push(JSON.stringify(session).length)
    }
    const [entries] = Object.values(session)
    return { sizes, entries: Array.isArray(entries) ? entries.length : 1 }
  },
  /**
   * One login, directly after `blockedMs` in which this process could not read from the network.
   */
  async one(name, blockedMs) {
    const [logIn] = await prepareMany(name, 1)
    if (blockedMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs)
    const began = performance.now()
    try {
      await logIn()
      return { ok: true, ms: performance.now() - began }
    } catch (failure) {
      const reason = failure.cause?.cause?.code ?? failure.cause?.code ?? failure.code
      return { ok: false, reason: reason ?? failure.message }
    }
  },
})

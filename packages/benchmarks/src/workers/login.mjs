import http from 'node:http'
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'
import { CONTENDERS } from '../contenders/index.mjs'
import { createPreparer } from '../harness/passport.mjs'
import { serve } from '../harness/serve.mjs'
import { quantile } from '../harness/statistics.mjs'

// The callback leg in process: arguments are a contender's name and the provider's URL.
const contender = CONTENDERS.get(process.argv[2])
const url = process.argv[3]
const prepareOne = await createPreparer(contender, url)
let prepared = []

async function prepare(count) {
  prepared = []
  for (let i = 0; i < count; i++) prepared.push(await prepareOne())
}

/** All prepared logins, so many at a time; gives back how long each took, in ms. */
async function runAll(concurrent) {
  const latencies = []
  let next = 0
  const one = async () => {
    while (next < prepared.length) {
      const login = prepared[next]
      prepared[next++] = undefined
      const started = performance.now()
      await login()
      latencies.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: concurrent }, one))
  return latencies
}

let server

serve({
  /** CPU and time of `count` logins, per login. */
  async round(count, concurrent) {
    await prepare(count)
    // no collection here: its helper threads would still work, and be counted, during the round
    const started = performance.now()
    const before = process.cpuUsage()
    const latencies = await runAll(concurrent)
    const { user, system } = process.cpuUsage(before)
    return {
      cpu: (user + system) / count,
      perSecond: (count / (performance.now() - started)) * 1000,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
    }
  },
  /** Bytes of heap that a login takes, and how many of them are still held after it. */
  async allocations(count) {
    await prepare(count)
    let collections = 0
    const observer = new PerformanceObserver((list) => {
      collections += list.getEntries().length
    })
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
    observer.observe({ entryTypes: ['gc'] })
    const before = process.memoryUsage()
    await runAll(1)
    const after = process.memoryUsage()
    await new Promise((resolve) => setTimeout(resolve, 50))
    observer.disconnect()
    prepared = []
    return {
      allocated: (after.heapUsed - before.heapUsed) / count,
      external: (after.arrayBuffers - before.arrayBuffers) / count,
      collections,
    }
  },
  /** Heap in use after so many logins and a collection. */
  async held(count) {
    await prepare(count)
    await runAll(8)
    prepared = []
    await new Promise((resolve) => setTimeout(resolve, 100))
    globalThis.gc()
    globalThis.gc()
    return process.memoryUsage().heapUsed
  },
  /** One login right after `blockedMs` in which this process saw nothing of the network. */
  async after(blockedMs) {
    await prepare(1)
    if (blockedMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs)
    const started = performance.now()
    try {
      await prepared[0]()
      return { ok: true, ms: performance.now() - started }
    } catch (failure) {
      const reason = failure.cause?.cause?.code ?? failure.cause?.code ?? failure.code
      return { ok: false, ms: performance.now() - started, reason: reason ?? failure.message }
    }
  },
  /** A route that has nothing to do with logins. */
  async listen() {
    server = http.createServer((_req, res) => res.end('ok'))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return server.address().port
  },
  /** The event loop's delay in ms with so many logins always under way; idle with none. */
  async delay(inFlight, ms, spreadMs) {
    const count = inFlight === 0 ? 0 : Math.ceil((inFlight * ms) / spreadMs)
    await prepare(count)
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time))
    globalThis.gc()
    await pause(250)
    const histogram = monitorEventLoopDelay({ resolution: 1 })
    histogram.enable()
    const until = performance.now() + ms
    let done = 0
    const one = async (position) => {
      await pause((position / inFlight) * spreadMs)
      while (performance.now() < until && prepared.length > 0) {
        await prepared.pop()()
        done++
      }
    }
    await Promise.all([pause(ms), ...Array.from({ length: inFlight }, (_, i) => one(i))])
    histogram.disable()
    return { p99: histogram.percentile(99) / 1e6, max: histogram.max / 1e6, done }
  },
})

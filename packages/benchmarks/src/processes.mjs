import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const running = new Set()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Calls `work` with a worker for these contenders and the provider that they log in with. */
export function withProvider(name, names, work, options) {
  return withWorker('provider', {}, async (provider) => {
    const argument = { url: await provider.ask('url'), names }
    return withWorker(name, argument, (worker) => work(worker, provider), options)
  })
}

/**
 * Calls `work` with `workers/<name>.mjs` in a process of its own, which gets one argument, and then
 * stops it. `ask(method, …)` calls a function that the worker gave to `serve`. Every answer must
 * come within `timeout` ms.
 */
export async function withWorker(name, argument, work, options) {
  const { ask, stop } = startWorker(name, argument, options)
  try {
    // on a busy machine the start is slow
    await ask(120_000, 'ready')
    return await work({ ask: (...call) => ask(options?.timeout ?? 120_000, ...call) })
  } finally {
    await stop()
  }
}

function startWorker(name, argument, { execArgv = [], env = {}, quiet = false } = {}) {
  const file = fileURLToPath(new URL(`workers/${name}.mjs`, import.meta.url))
  const child = fork(file, [JSON.stringify(argument)], {
    execArgv: ['--expose-gc', ...execArgv],
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'inherit', quiet ? 'ignore' : 'inherit', 'ipc'],
  })
  running.add(child)
  const waiting = new Map()
  const exit = new Promise((resolve) => child.once('exit', resolve)).then((code) => {
    running.delete(child)
    for (const settle of waiting.values()) settle(new Error(`${name} ended with ${code}`))
  })
  child.on('message', ({ id, error, result }) =>
    waiting.get(id)?.(error && new Error(`${name}: ${error}`), result),
  )
  let asked = 0
  function ask(limit, method, ...parameters) {
    const id = asked++
    return new Promise((resolve, reject) => {
      const settle = (error, result) => {
        clearTimeout(timer)
        waiting.delete(id)
        if (error) reject(error)
        else resolve(result)
      }
      const timer = setTimeout(settle, limit, new Error(`${name}: no answer to ${method}`))
      waiting.set(id, settle)
      child.send({ id, method, parameters }, (failure) => failure && settle(failure))
    })
  }
  async function stop() {
    child.kill('SIGKILL')
    await exit
  }
  return { ask, stop }
}

/** The argument of this worker. */
export const argument = () => JSON.parse(process.argv[2])

/** Answers the parent's calls with these functions; ends with the parent. */
export function serve(methods) {
  process.on('message', ({ id, method, parameters }) => {
    const answer = async () => (method === 'ready' ? true : methods[method](...parameters))
    answer().then(
      (result) => process.send({ id, result }),
      (failure) => process.send({ id, error: String(failure?.stack ?? failure) }),
    )
  })
  process.once('disconnect', () => process.exit())
}

/**
 * Measures each name once per round, in a changing order. Returns the results of each name, as a
 * `Map`. The rounds end after `seconds`, so on a busy machine there are fewer rounds.
 */
export async function inTurn(names, { rounds, seconds }, measure) {
  const answers = new Map(names.map((name) => [name, []]))
  const until = performance.now() + seconds * 1000
  for (let round = 0; round < rounds && (round < 2 || performance.now() < until); round++) {
    const first = round % names.length
    const turned = [...names.slice(first), ...names.slice(0, first)]
    for (const name of round % 2 ? turned.reverse() : turned)
      answers.get(name).push(await measure(name))
  }
  return answers
}

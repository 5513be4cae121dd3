import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const running = new Set()

/**
 * Starts `workers/<name>.mjs` in a process of its own, with one argument. `ask(method, …)` calls a
 * function that the worker gave to `serve`. Every answer must come within `timeout` ms.
 */
export async function startWorker(
  name,
  argument,
  { execArgv = [], env = {}, timeout = 120_000, quiet = false } = {},
) {
  const child = fork(
    fileURLToPath(new URL(`workers/${name}.mjs`, import.meta.url)),
    [JSON.stringify(argument)],
    {
      execArgv: ['--expose-gc', ...execArgv],
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'inherit', quiet ? 'ignore' : 'inherit', 'ipc'],
    },
  )
  running.add(child)
  const waiting = new Map()
  let next = 0
  const exit = new Promise((resolve) => child.once('exit', resolve)).then((code) => {
    running.delete(child)
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${code}`))
  })
  child.on('message', ({ id, error, result }) => {
    const { resolve, reject } = waiting.get(id) ?? {}
    waiting.delete(id)
    if (error) reject?.(new Error(`${name}: ${error}`))
    else resolve?.(result)
  })

  const ask = (method, ...parameters) => within(timeout, method, parameters)

  function within(limit, method, parameters) {
    const id = next++
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${name}: no answer to ${method}`))
      const timer = setTimeout(late, limit)
      const settle = (end) => (value) => {
        clearTimeout(timer)
        end(value)
      }
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) })
      child.send({ id, method, parameters }, (failure) => failure && reject(failure))
    })
  }

  async function stop() {
    child.kill('SIGKILL')
    await exit
  }
  // on a busy machine the start is slow
  await within(120_000, 'ready', [])
  return { ask, stop }
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

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

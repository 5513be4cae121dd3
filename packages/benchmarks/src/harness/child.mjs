import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const running = new Set()

/**
 * Starts a module of this package in a process of its own; `ask(method, …)` calls what the module
 * answers with `serve`. Every answer must come within `timeout` ms.
 */
export async function startChild(module, args = [], options = {}) {
  const { execArgv = [], env = {}, timeout = 120_000 } = options
  const file = fileURLToPath(new URL(`../${module}`, import.meta.url))
  const child = fork(file, args, {
    execArgv,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'inherit', options.quiet ? 'ignore' : 'inherit', 'ipc'],
  })
  running.add(child)
  const waiting = new Map()
  let ended
  let next = 0
  const exit = new Promise((resolve) => child.once('exit', resolve)).then((code) => {
    running.delete(child)
    ended = new Error(`${module} ${args.join(' ')} ended with ${code}`)
    for (const { reject } of waiting.values()) reject(ended)
  })
  child.on('message', ({ id, error, result }) => {
    const { resolve, reject } = waiting.get(id) ?? {}
    waiting.delete(id)
    if (error) reject?.(new Error(`${module} ${args.join(' ')}: ${error}`))
    else resolve?.(result)
  })

  function ask(method, ...parameters) {
    if (ended) return Promise.reject(ended)
    const id = next++
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${module} ${args.join(' ')}: no answer to ${method}`))
      const timer = setTimeout(late, timeout)
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
  const member = { ask, stop, exit, name: args[0] }
  try {
    await ask('ready')
    return member
  } catch (failure) {
    await stop()
    throw failure
  }
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

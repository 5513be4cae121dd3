import type { RedisClient } from '../../../src/index.js'

/** A Redis with no network: each client below reads a claim as the real one does. */
export class SmallRedis {
  readonly commands: string[][] = []
  private readonly keys = new Set<string>()

  /** `SET key value [NX] [PX ms]`, as Redis has it. */
  run(words: readonly unknown[]): 'OK' | null {
    const command = words.map(String)
    this.commands.push(command)
    const [name, key = '', , ...options] = command
    if (name !== 'SET') throw new Error(`ERR unknown command ${name}`)
    if (options.includes('NX') && this.keys.has(key)) return null
    this.keys.add(key)
    return 'OK'
  }
}

type Client = (redis: SmallRedis) => RedisClient

/** The words of an option object, for the names that this client knows. */
function optionWords(options: Record<string, unknown>, nx: string, px: string): unknown[] {
  return [...(options[px] ? ['PX', options[px]] : []), ...(options[nx] ? ['NX'] : [])]
}

/** `set` with an object whose names are written in this way. */
const withObject =
  (nx: string, px: string): Client =>
  (redis) => ({
    set: (key: string, value: string, options: Record<string, unknown>) =>
      Promise.resolve(redis.run(['SET', key, value, ...optionWords(options, nx, px)])),
  })

/** Stand-ins for the clients that `redisOnce` works with. */
export const CLIENTS: Record<string, Client> = {
  'node-redis': withObject('NX', 'PX'),
  Upstash: withObject('nx', 'px'),
  ioredis: (redis) => ({
    call: () => Promise.resolve(null),
    set: (...given: unknown[]) => Promise.resolve(redis.run(['SET', ...given])),
  }),
  'a client that answers with bytes': (redis) => ({
    call: () => Promise.resolve(null),
    set: (...given: unknown[]) => {
      const answer = redis.run(['SET', ...given])
      return Promise.resolve(answer && Buffer.from(answer))
    },
  }),
  'valkey-glide': (redis) => ({
    set: () => Promise.reject(new Error('its options have other names')),
    customCommand: (given: string[]) => Promise.resolve(redis.run(given)),
  }),
}

/** Clients that do something else than they are asked, and say nothing. */
export const WRONG: Record<string, Client> = {
  'drops the options': (redis) => ({
    set: (key: string, value: string) => Promise.resolve(redis.run(['SET', key, value])),
  }),
  'answers OK whatever happens': () => ({ set: () => Promise.resolve('OK') }),
  'answers nothing': () => ({ set: () => Promise.resolve(undefined) }),
  'takes a callback, as node-redis 3': () => ({ set: () => true as never }),
}

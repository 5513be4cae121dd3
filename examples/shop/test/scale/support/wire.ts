import { connect, createServer, type Socket } from 'node:net'
import { listen } from '../../../../../test/server'

/** The commands or statements in what a client sends, and what is left for the next chunk. */
export type Parse = (received: Buffer) => { found: string[]; rest: Buffer }

/** A proxy between the processes and one store, which reads every command and can stop it. */
export interface Wire {
  port: number
  /** Everything that was sent, oldest first. */
  readonly sent: string[]
  /**
   * Stops the next command that matches: it does not arrive at the store or, with `answer`, its
   * answer does not arrive at the client. The connection stays silent until its client ends.
   * Fulfilled when the command came.
   */
  holdAt(pattern: RegExp, what: 'command' | 'answer'): Promise<void>
  close(): Promise<void>
}

interface Trap {
  pattern: RegExp
  what: 'command' | 'answer'
  tell: () => void
}

/** Starts a wire to the store that listens at `target`. */
export async function layWire(target: string, parse: Parse): Promise<Wire> {
  const { hostname, port } = new URL(target)
  const sent: string[] = []
  const sockets = new Set<Socket>()
  let traps: Trap[] = []

  function spring(found: string[]): Trap | undefined {
    const trap = traps.find(({ pattern }) => found.some((one) => pattern.test(one)))
    traps = traps.filter((one) => one !== trap)
    trap?.tell()
    return trap
  }

  const server = createServer((client) => {
    const store = connect(Number(port), hostname)
    let rest: Buffer = Buffer.alloc(0)
    let held = false
    client.on('data', (chunk: Buffer) => {
      const parsed = parse(Buffer.concat([rest, chunk]))
      rest = parsed.rest
      sent.push(...parsed.found)
      const trap = spring(parsed.found)
      if (!held && trap?.what !== 'command') store.write(chunk)
      held ||= trap !== undefined
    })
    store.on('data', (chunk) => {
      if (!held) client.write(chunk)
    })
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  const { port: own, close } = await listen(server)
  return {
    port: own,
    sent,
    holdAt(pattern, what) {
      return new Promise((tell) => traps.push({ pattern, what, tell }))
    },
    async close() {
      const closed = close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Redis commands, their words joined by spaces (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export const readCommands: Parse = (received) => {
  const text = received.toString('latin1')
  const found: string[] = []
  // `*2`, then for each of the two words its length and the word itself: `$3`, `GET`
  const number = /[*$](\d+)\r\n/y
  for (let start = 0; ; start = number.lastIndex) {
    const words: string[] = []
    number.lastIndex = start
    for (let left = Number(number.exec(text)?.[1]); left !== 0; left -= 1) {
      const end = Number(number.exec(text)?.[1]) + number.lastIndex
      // not a number where something is missing
      if (!(text.length >= end + 2)) return { found, rest: received.subarray(start) }
      words.push(text.slice(number.lastIndex, end))
      number.lastIndex = end + 2
    }
    found.push(words.join(' '))
  }
}

const PARSE = 0x50
const SIMPLE_QUERY = 0x51

/** SQL statements (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
export const readStatements: Parse = (received) => {
  const found: string[] = []
  let start = 0
  for (;;) {
    const type = received[start] ?? 0
    // the first message of a connection has no type, and its length begins with a zero byte
    const head = type === 0 ? 0 : 1
    if (received.length < start + head + 4) break
    const end = start + head + received.readInt32BE(start + head)
    if (received.length < end) break
    const texts = received
      .subarray(start + head + 4, end)
      .toString('utf8')
      .split('\0')
    if (type === PARSE) found.push(`${texts[0] && `prepare ${texts[0]} as `}${texts[1]}`)
    if (type === SIMPLE_QUERY) found.push(texts[0] ?? '')
    start = end
  }
  return { found, rest: received.subarray(start) }
}

import { connect, createServer, type Socket } from 'node:net'
import { listen } from '../../../../../test/server'

/** The commands or statements in what a client sends, and what is left for the next chunk. */
export type Parse = (received: Buffer) => { found: string[]; rest: Buffer }

/** The commands that a wire looks for. */
export interface Snag {
  /** Fulfilled when a command came that matches. */
  reached: Promise<void>
}

/** A proxy between the processes and one store, which reads every command and can stop it. */
export interface Wire {
  port: number
  /** Everything that was sent, oldest first. */
  readonly sent: string[]
  /**
   * Stops the next command that matches: it does not arrive at the store or, with `answer`, its
   * answer does not arrive at the client. The connection stays silent until its client ends.
   */
  holdAt(pattern: RegExp, what: 'command' | 'answer'): Snag
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
      const reached = new Promise<void>((resolve) => traps.push({ pattern, what, tell: resolve }))
      return { reached }
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
  let start = 0
  for (;;) {
    const command = readCommand(text, start)
    if (!command) return { found, rest: received.subarray(start) }
    found.push(command.words.join(' '))
    start = command.end
  }
}

function readCommand(text: string, start: number) {
  const count = readLength(text, start, '*')
  if (!count) return undefined
  const words: string[] = []
  let at = count.end
  while (words.length < count.value) {
    const length = readLength(text, at, '$')
    if (!length || text.length < length.end + length.value + 2) return undefined
    at = length.end + length.value + 2
    words.push(text.slice(length.end, at - 2))
  }
  return { words, end: at }
}

function readLength(text: string, start: number, mark: string) {
  const end = text.indexOf('\r\n', start)
  if (end < 0 || text[start] !== mark) return undefined
  return { value: Number(text.slice(start + 1, end)), end: end + 2 }
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

import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers'
import { LoginStopped } from '../errors.js'
import type { RawAnswer } from '../provider.js'
import type { Deadline } from './deadline.js'
import { readAnswer, unreachable } from './incoming.js'
import type { Message } from './message.js'

/**
 * What undici takes as a signal: an object on which it listens for `abort`. It costs less than an
 * `AbortSignal`. It must have no member `aborted`, which undici 8 refuses.
 */
interface Signal extends EventEmitter {
  reason?: LoginStopped
}

/** What the core needs of undici's `Dispatcher`: each version from 6 on has it. */
export interface Dispatcher {
  request(options: Message & { origin: string; signal: Signal }): Promise<{
    statusCode: number
    headers: Record<string, string | string[] | undefined>
    body: Readable
  }>
  dispatch(...options: never[]): unknown
}

/** One attempt over the application's own dispatcher. */
export function dispatch(
  origin: string,
  message: Message,
  dispatcher: Dispatcher,
  limit: number,
  deadline: Deadline,
): Promise<RawAnswer> {
  const signal: Signal = new EventEmitter()
  return new Promise((resolve, reject) => {
    deadline.listen((stopped) => {
      reject(stopped)
      signal.reason = stopped
      signal.emit('abort')
    })
    const request = async () => dispatcher.request({ origin, ...message, signal })
    request()
      .then(
        (answer) => {
          if (!(answer.body instanceof Readable))
            throw new LoginStopped('config', 'the dispatcher gave no stream to read')
          // undici frees the connection one turn of the event loop after the body has ended
          readAnswer(message, answer, limit, deadline, setImmediate, { resolve, reject })
        },
        (cause) => Promise.reject(unreachable(cause, wasReused(cause))),
      )
      .catch(reject)
  })
}

/** False if undici says that this connection has carried no answer. */
function wasReused({ socket }: { socket?: { bytesRead: number } }): boolean {
  return socket ? socket.bytesRead > 0 : true
}

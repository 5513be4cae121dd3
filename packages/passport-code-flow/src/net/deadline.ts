import { LoginStopped } from '../errors.js'

const NOBODY_WAITS = new LoginStopped('network', 'the login has ended')

/** The time that a login has. It limits each wait, also several at a time, and ends at most once. */
export class Deadline {
  private readonly listeners: ((stopped: LoginStopped) => void)[] = []
  private ended: LoginStopped | undefined
  private timer: ReturnType<typeof setTimeout>

  /** Starts immediately; `ms` milliseconds. */
  constructor(private readonly ms: number) {
    this.timer = this.start()
  }

  /** Ends it now. Without `stopped`, it ends because nobody waits for the login. */
  end(stopped = NOBODY_WAITS): void {
    if (this.ended) return
    this.ended = stopped
    clearTimeout(this.timer)
    for (const onEnd of this.listeners) onEnd(stopped)
  }

  /** Calls `onEnd` when the time ends, or immediately if it has ended. Nothing removes `onEnd`. */
  listen(onEnd: (stopped: LoginStopped) => void): void {
    if (this.ended) onEnd(this.ended)
    else this.listeners.push(onEnd)
  }

  /** If the time has ended, throws the reason. */
  check(): void {
    if (this.ended) throw this.ended
  }

  /** The promise's outcome, or a rejection when the deadline ends first. */
  bound<T>(work: Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.listen(reject)
      Promise.resolve(work).then(resolve, reject)
    })
  }

  /** Gives the next step the whole time again. */
  restart(): void {
    if (this.ended) return
    clearTimeout(this.timer)
    this.timer = this.start()
  }

  // without members of the timer: in jsdom and under fake timers it may be a number
  private start(): ReturnType<typeof setTimeout> {
    const { ms } = this
    return setTimeout(() => {
      const message = `there was no answer within ${ms} ms, the time that the option timeout gives`
      this.end(new LoginStopped('timeout', message))
    }, ms)
  }
}

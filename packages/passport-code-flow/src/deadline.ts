import { Problem } from './errors.js'

/** One bound on everything a login waits for, which is one thing at a time: ends once, and says why. */
export class Deadline {
  private readonly timer: NodeJS.Timeout
  private tell: ((problem: Problem) => void) | undefined
  private over: Problem | undefined

  /** Starts to run at once; `ms` milliseconds. */
  constructor(ms: number) {
    this.timer = setTimeout(() => this.end(new Problem('timeout', `no end within ${ms} ms`)), ms)
  }

  /** Ends it now, for a reason other than the clock. */
  end(problem: Problem): void {
    if (this.over) return
    this.over = problem
    clearTimeout(this.timer)
    this.tell?.(problem)
  }

  /** Calls `tell` when it ends (at once if it has), in place of what waited before. */
  onEnd(tell: (problem: Problem) => void): void {
    if (this.over) tell(this.over)
    else this.tell = tell
  }

  /** The promise's outcome, or a rejection with the reason when the deadline ends first. */
  bound<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onEnd(reject)
      work.then(resolve, reject)
    })
  }

  /** Gives the next step the whole time again. */
  restart(): void {
    this.timer.refresh()
  }

  /** Lets go of the timer; nothing waits any more. */
  clear(): void {
    clearTimeout(this.timer)
  }
}

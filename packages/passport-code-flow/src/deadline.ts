import { Problem } from './errors.js'

/** One bound on everything a login waits for: ends once, and whatever still waits is told why. */
export class Deadline {
  private readonly timer: NodeJS.Timeout
  private readonly waiting = new Set<(problem: Problem) => void>()
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
    for (const tell of this.waiting) tell(problem)
    this.waiting.clear()
  }

  /** Calls `tell` when it ends (at once if it has); returns how to stop listening. */
  onEnd(tell: (problem: Problem) => void): () => void {
    if (this.over) tell(this.over)
    else this.waiting.add(tell)
    return () => void this.waiting.delete(tell)
  }

  /** The promise's outcome, or a rejection with the reason when the deadline ends first. */
  bound<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.onEnd(reject)
      work.then(
        (result) => {
          stop()
          resolve(result)
        },
        (failure: unknown) => {
          stop()
          reject(failure)
        },
      )
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

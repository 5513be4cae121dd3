/** Holds timers until `pass` says how much time has gone by; sockets work as ever. */
export function holdTime(): void {
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
  })
}

/** How many timers wait. */
export const waiting = (): number => jest.getTimerCount()

/** Lets so many milliseconds go by. */
export const pass = (ms: number): void => jest.advanceTimersByTime(ms)

/** Lets time go by itself again; does nothing where it was not held. */
export const releaseTime = (): void => void jest.useRealTimers()

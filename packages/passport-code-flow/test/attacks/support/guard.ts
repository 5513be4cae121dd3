import { memoryOnce, type Once } from '../../../src/index'

/** A single-use guard that answers nobody until it is opened: logins meet in front of it. */
export function holdingOnce(): Once & { open(): void } {
  const guard = memoryOnce()
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    open: () => open(),
    async claim(key, ttlMs) {
      await opened
      return guard.claim(key, ttlMs)
    },
  }
}

/** What a test can open and has to close. */
interface Closable {
  close(): unknown
}

const kept: Closable[] = []

/** Keeps what a test opens, until `closeAll`. */
export async function keep<T extends Closable>(opening: T | Promise<T>): Promise<T> {
  const one = await opening
  kept.push(one)
  return one
}

/** Closes all that was kept, the newest first: `afterEach(closeAll)`. */
export async function closeAll(): Promise<void> {
  for (const one of kept.splice(0).toReversed()) await one.close()
}

import { type SessionData, Store } from 'express-session'

type Done = (failure?: unknown, session?: SessionData | null) => void

/** Sessions as a store keeps them: text, asynchronous, and out of order when a test says so. */
export class TestStore extends Store {
  readonly sessions = new Map<string, string>()
  /** Every verifier that was ever stored. */
  readonly verifiers = new Set<string>()

  constructor() {
    super()
    // every site of a test listens to it
    this.setMaxListeners(0)
  }

  override get(sid: string, done: Done): void {
    setImmediate(done, null, this.read(sid))
  }

  override set(sid: string, session: object, done: Done = () => {}): void {
    const text = JSON.stringify(session)
    for (const [, verifier] of text.matchAll(/"verifier":"([^"]+)"/g))
      if (verifier) this.verifiers.add(verifier)
    this.sessions.set(sid, text)
    setImmediate(done)
  }

  override destroy(sid: string, done: Done = () => {}): void {
    this.sessions.delete(sid)
    setImmediate(done)
  }

  /** What is stored for a session. */
  read(sid: string): SessionData | null {
    const text = this.sessions.get(sid)
    return text === undefined ? null : (JSON.parse(text) as SessionData)
  }

  /** Changes what is stored in every session. */
  tamper(change: (session: Record<string, unknown>) => void): void {
    for (const [sid, text] of this.sessions) {
      const session = JSON.parse(text) as Record<string, unknown>
      change(session)
      this.sessions.set(sid, JSON.stringify(session))
    }
  }

  /** Everything stored, without the one secret that may be there: a pending login's verifier. */
  withoutVerifiers(): string {
    return [...this.sessions.values()]
      .map((text) =>
        JSON.stringify(JSON.parse(text), (key, value: unknown) =>
          key === 'verifier' ? undefined : value,
        ),
      )
      .join('\n')
  }
}

import { MemoryStore } from 'express-session'

/** Sessions as a store keeps them: text, and asynchronous. */
export class TestStore extends MemoryStore {
  /** Every verifier that was ever stored. */
  readonly verifiers = new Set<string>()
  declare private readonly sessions: Record<string, string>

  constructor() {
    super()
    // every site of a test listens to it
    this.setMaxListeners(0)
  }

  /** What is stored, a text for each session. */
  get texts(): string[] {
    return Object.values(this.sessions)
  }

  override set(...[sid, session, done]: Parameters<MemoryStore['set']>): void {
    for (const [, verifier = ''] of JSON.stringify(session).matchAll(/"verifier":"([^"]+)"/g))
      this.verifiers.add(verifier)
    super.set(sid, session, done)
  }

  /** Changes what is stored in every session. */
  tamper(change: (session: Record<string, unknown>) => void): void {
    for (const [sid, text] of Object.entries(this.sessions)) {
      const session = JSON.parse(text) as Record<string, unknown>
      change(session)
      this.sessions[sid] = JSON.stringify(session)
    }
  }

  /** Everything stored, without the one secret that may be there: a pending login's verifier. */
  withoutVerifiers(): string {
    const drop = (key: string, value: unknown) => (key === 'verifier' ? undefined : value)
    return this.texts.map((text) => JSON.stringify(JSON.parse(text), drop)).join('\n')
  }
}

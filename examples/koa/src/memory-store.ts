/** Sessions in this process. In production, use a store such as Redis. */
export function memoryStore() {
  const sessions = new Map<string, object>()
  return {
    get: async (key: string) => structuredClone(sessions.get(key)),
    set: async (key: string, session: object) => void sessions.set(key, structuredClone(session)),
    destroy: async (key: string) => void sessions.delete(key),
  }
}

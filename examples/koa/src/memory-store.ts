/** Sessions in this process, as text. In production, use a store such as Redis. */
export function memoryStore() {
  const sessions = new Map<string, string>()
  return {
    get: async (key: string) => JSON.parse(sessions.get(key) ?? 'null') as object | null,
    set: async (key: string, session: object) => void sessions.set(key, JSON.stringify(session)),
    destroy: async (key: string) => void sessions.delete(key),
  }
}

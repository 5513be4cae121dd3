import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'

/** Fields of requests and answers whose values must not come out anywhere. */
const SECRET_FIELDS =
  /^(code|auth_key|code_verifier|client_secret|app_secret|access_token|refresh_token|x-secret-key|authorization)$/

interface Recorder {
  clientSecret: string
  requests: { query: object; headers: object; form?: object; json?: unknown }[]
}

/** The secrets that a simulator has seen: its own, and every code, verifier and token sent to it. */
export function secretsSeen(simulator: Recorder): string[] {
  const found = new Set([simulator.clientSecret])
  for (const { query, headers, form, json } of simulator.requests) {
    for (const part of [query, headers, form, json]) {
      for (const [name, value] of Object.entries(part ?? {})) {
        if (SECRET_FIELDS.test(name) && typeof value === 'string' && value.length >= 8)
          found.add(value.replace(/^Bearer /, ''))
      }
    }
  }
  return [...found]
}

/** Every way in which a value could be printed. */
export function printed(value: unknown): string {
  const parts = [inspect(value, { depth: 10, showHidden: true, getters: true }), String(value)]
  try {
    parts.push(JSON.stringify(value) ?? '')
  } catch {
    // what cannot be written as JSON does not leak by it
  }
  if (typeof value === 'object' && value !== null) {
    const { message, stack, cause } = value as Record<string, unknown>
    parts.push(String(message), String(stack))
    if (cause !== undefined) parts.push(printed(cause))
  }
  return parts.join('\n')
}

/** Fails when one of the secrets can be read in one of the values. */
export function expectNoSecret(secrets: readonly string[], ...values: unknown[]): void {
  const text = values.map(printed).join('\n')
  for (const secret of secrets) {
    const leak = text.indexOf(secret)
    if (leak >= 0)
      throw new Error(`a secret is readable: …${text.slice(Math.max(0, leak - 80), leak)}<here>`)
  }
}

/** What subscribers of the tracing channel have been told, one text per event. */
export function recordTrace(): { events: Record<string, unknown>[]; stop: () => void } {
  const channel = tracingChannel('passport-code-flow:login')
  const events: Record<string, unknown>[] = []
  const record = (context: object) => void events.push({ ...context })
  const subscribers = { start() {}, end() {}, asyncStart() {}, asyncEnd: record, error: record }
  channel.subscribe(subscribers)
  return { events, stop: () => channel.unsubscribe(subscribers) }
}

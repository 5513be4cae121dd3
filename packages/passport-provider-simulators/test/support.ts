import { createHash } from 'node:crypto'
import {
  type CommonOptions,
  type Simulator,
  startMonPay,
  startSngine,
  startZaloPay,
} from '../src/index'

/** Each simulator: its name, how it starts, and the path of its tokens. */
export const EVERY: [string, (options?: CommonOptions) => Promise<Simulator>, string][] = [
  ['MonPay', startMonPay, '/v2/oauth/token'],
  ['ZaloPay', startZaloPay, '/oauth/v1/access_token'],
  ['Sngine', startSngine, '/api/authorize'],
]

/** A closed set of simulators: every one that `open` saw is closed by `closeAll`. */
export function keepOpen(): {
  open: <T extends Simulator>(starting: Promise<T>) => Promise<T>
  closeAll: () => Promise<void>
} {
  const running: Simulator[] = []
  return {
    async open(starting) {
      const simulator = await starting
      running.push(simulator)
      return simulator
    },
    async closeAll() {
      await Promise.all(running.splice(0).map((simulator) => simulator.close()))
    },
  }
}

/** Status, headers and parsed JSON of one request that follows no redirect. */
export async function call(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; json: unknown; text: string }> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: parse(text), text }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Posts a form. */
export function postForm(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): ReturnType<typeof call> {
  return call(url, { method: 'POST', body: new URLSearchParams(fields), headers })
}

/** Logs the first user of a Sngine site in; the headers of his browser from then on. */
export async function signIn({ url }: { url: string }): Promise<{ cookie: string }> {
  const { headers } = await postForm(`${url}/includes/ajax/core/signin`, { user_id: '1' })
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' }
}

/** Posts JSON. */
export function postJSON(
  url: string,
  value: unknown,
  headers: Record<string, string> = {},
): ReturnType<typeof call> {
  return call(url, {
    method: 'POST',
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/** Both challenges of a verifier. */
export function challenge(verifier: string, form: 'hex' | 'raw'): string {
  const digest = createHash('sha256').update(verifier).digest()
  return (form === 'raw' ? digest : Buffer.from(digest.toString('hex'))).toString('base64url')
}

/** The value at a path inside parsed JSON. */
export function pick(json: unknown, ...path: string[]): unknown {
  let value = json
  for (const name of path) {
    value = Object.entries(Object(value)).find(([key]) => key === name)?.[1]
  }
  return value
}

/** The text at a path inside parsed JSON; throws when there is none. */
export function pickText(json: unknown, ...path: string[]): string {
  const value = pick(json, ...path)
  if (typeof value !== 'string') throw new TypeError(`No text at ${path.join('.')}`)
  return value
}

/** A clock that the test moves. */
export function stoppedClock(start = 1_800_000_000_000): {
  now: () => number
  pass: (ms: number) => void
} {
  let time = start
  return {
    now: () => time,
    pass(ms) {
      time += ms
    },
  }
}

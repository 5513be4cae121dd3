import { type Agent, validateHeaderName, validateHeaderValue } from 'node:http'
import { copyMembers, isRecord } from '../members.js'
import { positive, refuseOption, requireText } from '../options.js'
import type { Dispatcher } from './dispatcher.js'

/** How requests are sent: the application's agent or dispatcher, headers, the longest answer. */
export interface Transport {
  agent?: Agent | undefined
  dispatcher?: Dispatcher | undefined
  headers: Record<string, string>
  maxResponseBytes: number
}

/** Checks the options of a connection; `endpoints` are the URLs that will be called. */
export function readTransport(
  options: Record<string, unknown>,
  endpoints: readonly string[],
): Transport {
  const agent = checkAgent(options['agent'], endpoints)
  const dispatcher = checkDispatcher(options['dispatcher'], agent)
  return {
    agent,
    dispatcher,
    headers: {
      accept: 'application/json',
      // without it a server may choose any coding (RFC 9110 section 12.5.3)
      'accept-encoding': 'identity',
      // a cache may give one user's answer to another (RFC 9111 sections 3.5 and 5.2.1.5)
      'cache-control': 'no-store',
      'user-agent': 'passport-code-flow',
      ...checkHeaders(options['headers']),
    },
    maxResponseBytes: positive('maxResponseBytes', options['maxResponseBytes'], 65_536),
  }
}

/** Headers that no option may set: they decide how a request is sent and an answer is read. */
const FIXED_HEADERS = [
  'accept-encoding',
  'content-length',
  'transfer-encoding',
  'host',
  'connection',
]

function checkHeaders(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  if (!isRecord(value)) refuseOption('headers', 'must be an object')
  const checked: Record<string, string> = {}
  for (const [given, text] of Object.entries(copyMembers(value))) {
    const name = given.toLowerCase()
    if (FIXED_HEADERS.includes(name)) refuseOption('headers', `must not set ${name}`)
    try {
      validateHeaderName(given)
      validateHeaderValue(given, requireText(given, text))
    } catch {
      refuseOption('headers', 'must hold header names and their values')
    }
    checked[name] = String(text)
  }
  return checked
}

function checkAgent(agent: unknown, endpoints: readonly string[]): Agent | undefined {
  if (agent === undefined) return undefined
  // Node calls only this member, and older proxy agents inherit from no class of Node's
  if (typeof Object(agent).addRequest !== 'function')
    refuseOption('agent', 'must be an http.Agent or https.Agent')
  // an agent for both schemes computes `protocol` for each request: only a fixed one can be wrong
  const fixed = Object.getOwnPropertyDescriptor(agent, 'protocol')?.value
  if (typeof fixed === 'string' && endpoints.some((url) => !url.toLowerCase().startsWith(fixed)))
    refuseOption('agent', 'must fit the scheme of the endpoints')
  return agent as Agent
}

function checkDispatcher(given: unknown, agent: Agent | undefined): Dispatcher | undefined {
  if (given === undefined) return undefined
  if (agent) refuseOption('dispatcher', 'cannot be used together with agent')
  const { request, dispatch } = isRecord(given) ? copyMembers(given) : {}
  if (typeof request !== 'function' || typeof dispatch !== 'function')
    refuseOption(
      'dispatcher',
      'must be a Dispatcher of undici, with functions request and dispatch',
    )
  return given as unknown as Dispatcher
}

import http from 'node:http'
import https from 'node:https'
import { isLoopback } from '../hosts.js'
import { parseJSON, readObject } from '../http.js'
import { type Finding, wrong } from './finding.js'

/** An answer. No redirect is followed. */
export interface Reply {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
  /** The body as an object; empty when it is not JSON or no object. */
  body: Record<string, unknown>
}

/** The request. A form is sent as a form, any other body as JSON. */
export interface Question {
  method?: 'GET' | 'HEAD' | 'POST'
  headers?: Record<string, string>
  form?: Record<string, string>
  json?: unknown
}

/** True for an answer that sends the browser elsewhere. */
export const isRedirect = ({ status }: Reply): boolean => status >= 300 && status < 400

/** A code that no provider has issued. */
export const NO_CODE = '0'.repeat(32)

const TIME_LIMIT_MS = 10_000
const SIZE_LIMIT = 65_536

/**
 * Sends a request to one address; rejects with Node's own error, or with `ABORT_ERR` after ten
 * seconds.
 */
export function ask(url: URL, question: Question = {}): Promise<Reply> {
  const { method = 'GET', form, json } = question
  const sent: string | undefined = form
    ? new URLSearchParams(form).toString()
    : JSON.stringify(json)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const headers = {
    // as the strategies: without these, some servers compress, and some firewalls refuse
    'accept-encoding': 'identity',
    'user-agent': 'passport-code-flow',
    // a kept connection may end when the next request is sent
    connection: 'close',
    ...(sent !== undefined && { 'content-type': type }),
    ...question.headers,
  }
  // Node's global agent may be that of a proxy, and the strategies use it too
  const agent = isLoopback(url.hostname) ? false : undefined
  const options = { method, headers, agent, signal: AbortSignal.timeout(TIME_LIMIT_MS) }
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http
    const request = client.request(url, options, (answer) => {
      let text = ''
      const end = () => {
        request.destroy()
        const { statusCode: status = 0, headers: received } = answer
        // also removes byte order marks, as the strategies do
        const body = readObject(parseJSON(text.trim()))
        resolve({ status, headers: received, text, body })
      }
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
        if (text.length > SIZE_LIMIT) end()
      })
      answer.on('end', end)
      answer.on('error', reject)
    })
    request.on('error', reject)
    // an answer that changes the protocol ends the request without an error
    request.on('close', () => reject(Object.assign(new Error('no answer'), { code: 'ECONNRESET' })))
    request.end(sent)
  })
}

const REASONS: Record<string, [what: string, advice: string]> = {
  ENOTFOUND: [
    'its name is unknown',
    'Look for a typing error. Check the name server of this machine.',
  ],
  EAI_AGAIN: ['no name server answers', 'Fix the name resolution of this machine.'],
  ECONNREFUSED: [
    'nothing listens there',
    'Check host and port, and whether a firewall refuses the connection.',
  ],
  ECONNRESET: [
    'the connection was broken',
    'Look for a firewall, or for http on a port that expects https.',
  ],
  ABORT_ERR: [
    'no answer within 10 seconds',
    'Check outgoing connections: firewall, proxy, address.',
  ],
  CERT_HAS_EXPIRED: [
    'its certificate has expired',
    "Tell its operator, and check this machine's clock.",
  ],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', "Check this machine's clock."],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'Use the name that the certificate has.',
  ],
  ETIMEDOUT: ['no connection in time', 'Check outgoing connections: firewall, proxy, address.'],
  ERR_PROXY_TUNNEL: [
    'the outgoing proxy does not connect to it',
    'Check whether the proxy allows this address, and HTTPS_PROXY.',
  ],
  EPROTO: [
    'it does not speak TLS',
    'Check the port. Check whether the address needs https or http.',
  ],
}

/** The finding for an address that could not be asked: what happened, and what to do. */
export function unreachable(what: string, error: unknown): Finding {
  const [reason, advice] = explain(error)
  return wrong(`${what}: ${reason}`, advice)
}

function explain(error: unknown): [what: string, advice: string] {
  const { code = '', name, message } = error as Error & { code?: string }
  // OpenSSL's text has the name of the alert that the server has sent
  const alert = /\balert ([a-z ]+):/.exec(message)?.[1]
  if (alert)
    return [
      `it refuses the TLS connection (${alert})`,
      'It may want a certificate of yours, or another version of TLS: give the strategy an agent.',
    ]
  const known = REASONS[name === 'AbortError' || name === 'TimeoutError' ? 'ABORT_ERR' : code]
  if (known) return known
  if (/^HPE_(?!HEADER_OVERFLOW)/.test(code))
    return ['its answer is not HTTP', 'Check host and port.']
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return [
      `its certificate is not trusted (${code})`,
      'Set NODE_EXTRA_CA_CERTS to the certificate authority, or give the strategy an agent.',
    ]
  return [
    `it cannot be asked (${code || name})`,
    'Try the address from this machine with another program.',
  ]
}

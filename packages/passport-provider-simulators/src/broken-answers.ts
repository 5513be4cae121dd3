import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Answer } from './http.js'

const MEGABYTE = 1_048_576

/** Sends a whole answer. */
export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}

/** Sends headers and a byte, then a byte every second until the client closes the connection. */
export function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{')
  const timer = setInterval(() => response.write(' '), 1000)
  response.once('close', () => clearInterval(timer))
}

/** Sends a JSON text that never ends. */
export function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  // an answer to HEAD has no body: Node drops each piece at once, and the loop below never ends
  if (response.req.method === 'HEAD') return void response.end()
  response.write('{"access_token":"')
  const piece = Buffer.alloc(65_536, 'a')
  const more = () => {
    while (!response.destroyed && response.write(piece));
  }
  response.on('drain', more)
  more()
}

/** About 0.2 MB of gzip that decompress to 200 MB of JSON. */
export function bomb(): Buffer {
  // A gzip stream may have several members (RFC 1952 section 2.2): here, one megabyte 200 times.
  const filling = gzipSync(Buffer.alloc(MEGABYTE, 'a'))
  const members = Array.from({ length: 200 }, () => filling)
  return Buffer.concat([gzipSync('{"access_token":"'), ...members, gzipSync('"}')])
}

/** The same JSON, but each text begins with two bytes that are not UTF-8. */
export function spoilText(body: Buffer): Buffer {
  return Buffer.from(body.toString('latin1').replaceAll(/":"/g, '":"\xff\xfe'), 'latin1')
}

/** Sends a whole answer in chunks that end in the middle of letters. */
export async function splitLetters(response: ServerResponse, answer: Answer): Promise<void> {
  const body = Buffer.from(JSON.stringify(JSON.parse(answer.body.toString())))
  response.writeHead(answer.status, answer.headers)
  let from = 0
  for (const [at, byte] of body.entries()) {
    if (byte < 0xc0) continue
    const part = body.subarray(from, at + 1)
    // Node 26 makes one chunk of all writes of one tick
    await new Promise((resolve) => response.write(part, resolve))
    from = at + 1
  }
  response.end(body.subarray(from))
}

/** Sends the length of the whole body, then half of the body, and closes the connection. */
export function cut(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}

/** Sends an answer whose headers keep the connection open, then closes the connection. */
export function closeAfterwards(response: ServerResponse, answer: Answer): void {
  const { socket } = response
  response.once('finish', () => socket?.end())
  send(response, answer)
}

/** Sends a redirect that has the answer's body. */
export function redirect(response: ServerResponse, answer: Answer, location: string, status = 302) {
  send(response, { ...answer, status, headers: { ...answer.headers, location } })
}

import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { ANSWERS } from '../answers.mjs'
import { startLine } from '../line.mjs'
import { argument, serve } from '../processes.mjs'

// A provider that answers every request with the fixed answer of its path. Settings: `key` and
// `cert` (files, for https), and `oneWay` (ms that every byte takes; a TCP handshake takes twice
// that time).
const { key, cert, oneWay } = argument()

const bodies = new Map(
  Object.entries(ANSWERS).map(([path, body]) => [path, Buffer.from(JSON.stringify(body))]),
)
const doomed = new WeakSet()
const open = new Set()
let connections = 0

function answer(req, res) {
  if (doomed.has(req.socket)) return req.socket.resetAndDestroy()
  req.resume()
  req.once('end', () => reply(req, res))
}

function reply(req, res) {
  const mark = req.url.indexOf('?')
  const body = bodies.get(mark < 0 ? req.url : req.url.slice(0, mark))
  if (!body) return res.writeHead(404).end('{}')
  res.writeHead(200, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-content-type-options': 'nosniff',
    'x-request-id': '4bf92f3577b34da6a3ce929d0e0e4736',
  })
  res.end(body)
}

const server = key
  ? https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer)
  : http.createServer(answer)
server.keepAliveTimeout = 120_000
server.on(key ? 'secureConnection' : 'connection', (socket) => {
  connections++
  open.add(socket)
  socket.once('close', () => open.delete(socket))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const line = oneWay === undefined ? undefined : await startLine(server.address().port, oneWay)

serve({
  url: () => `${key ? 'https' : 'http'}://127.0.0.1:${line ?? server.address().port}`,
  /** How many connections have been opened. */
  connections: () => connections,
  /** Open connections are reset when their next request comes. */
  doom: () => [...open].forEach((socket) => doomed.add(socket)),
  /** Open connections are closed now. */
  hangUp: () => [...open].forEach((socket) => socket.destroy()),
})

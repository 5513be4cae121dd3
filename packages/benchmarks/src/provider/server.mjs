import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { serve } from '../harness/serve.mjs'
import { ANSWERS } from './answers.mjs'
import { startLine } from './line.mjs'

// A provider that answers every request with the fixed answer of its path. Settings:
// `delay` (ms before an answer), `faults` (share of broken answers), `key` and `cert` (files; https),
// `oneWay` (ms; every byte travels that long, and a handshake of TCP there and back).
const { delay = 0, faults = 0, key, cert, oneWay } = JSON.parse(process.argv[2])

const bodies = new Map(
  Object.entries(ANSWERS).map(([path, body]) => [path, Buffer.from(JSON.stringify(body))]),
)
const doomed = new WeakSet()
const open = new Set()
const counts = { connections: 0, requests: 0, faults: 0 }

// every n-th answer is broken, each time in another way
const BREAK = [
  (res) => res.writeHead(500).end(),
  (res) => res.socket.resetAndDestroy(),
  (res) => res.writeHead(200, { 'content-length': 500 }).write('{"access_', () => res.destroy()),
  (res) => res.end('<html>maintenance</html>'),
  (res) => res.end('null'),
  (res) => res.writeHead(302, { location: '/elsewhere' }).end(),
  () => {}, // silence
]

function answer(req, res) {
  counts.requests++
  if (doomed.has(req.socket)) return req.socket.resetAndDestroy()
  req.resume()
  req.once('end', () => (delay > 0 ? setTimeout(reply, delay, req, res) : reply(req, res)))
}

function reply(req, res) {
  if (faults > 0 && counts.requests % Math.round(1 / faults) === 0)
    return BREAK[counts.faults++ % BREAK.length](res)
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
  counts.connections++
  open.add(socket)
  socket.once('close', () => open.delete(socket))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const line = oneWay === undefined ? undefined : await startLine(server.address().port, oneWay)

serve({
  url: () => `${key ? 'https' : 'http'}://127.0.0.1:${line ?? server.address().port}`,
  /** What has come since the last time, and the connections that are open. */
  counts() {
    const now = { ...counts, open: open.size }
    counts.connections = 0
    counts.requests = 0
    return now
  },
  /** Open connections are reset when their next request comes. */
  doom: () => [...open].forEach((socket) => doomed.add(socket)),
  /** Open connections are closed now. */
  hangUp: () => [...open].forEach((socket) => socket.destroy()),
})

import { readFileSync, rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { makeCertificate } from '../harness/certificate.mjs'
import { unless, unlessRefused } from './scene.mjs'
import { json, startServer, tokens } from './server.mjs'

const HEAD = { 'content-type': 'application/json' }
const MEGABYTE = 1_048_576

/** The same attack at both endpoints; each must end in an error. */
const bothEndpoints = (id, title, responder, after) => ({
  id,
  title,
  async run({ open }) {
    for (const at of ['token', 'profile']) {
      const scene = await open()
      const before = await scene.app.ask('resident')
      scene.server[at] = responder
      const mine = await scene.begin()
      const how = unlessRefused(await mine.finish()) ?? (await after?.(scene, before))
      await scene.close()
      if (how) return `${at}: ${how}`
    }
  },
})

const grown = async ({ app }, before) => {
  const more = ((await app.ask('resident')) - before) / MEGABYTE
  return more > 40 ? `keeps ${more.toFixed(0)} MB` : undefined
}

/** Redirects that one endpoint answers with, to another host or to the same one. */
const redirects = (id, title, sameHost) => ({
  id,
  title,
  async run({ open }) {
    for (const at of ['token', 'profile'])
      for (const status of [301, 302, 303, 307, 308]) {
        const evil = await startServer()
        const { server, begin, close } = await open()
        const location = sameHost ? `${server.url}/elsewhere` : `${evil.url}/elsewhere`
        server[at] = json({}, status, { location })
        const mine = await begin()
        const how = unlessRefused(await mine.finish())
        const seen = evil.calls.length + server.count('other')
        await close()
        await evil.close()
        if (how) return `${at} ${status}: ${how}`
        if (seen > 0) return `${at} ${status}: is followed`
      }
  },
})

/** What the line to the provider can do. */
export const network = [
  bothEndpoints('A66', 'no answer at all', () => {}),
  bothEndpoints('A67', 'one byte a second', (_req, res) => {
    res.writeHead(200, HEAD)
    const timer = setInterval(() => res.write(' '), 1000)
    res.once('close', () => clearInterval(timer))
  }),
  bothEndpoints('A68', 'an answer that is cut short', (_req, res) => {
    res.writeHead(200, { ...HEAD, 'content-length': 500 })
    res.write('{"access_', () => res.destroy())
  }),
  bothEndpoints(
    'A69',
    'an answer of 60 MB',
    (_req, res) => {
      res.writeHead(200, HEAD)
      const chunk = Buffer.alloc(MEGABYTE, ' ')
      let sent = 0
      const more = () => {
        while (sent++ < 60) if (!res.write(chunk)) return res.once('drain', more)
        res.end('{}')
      }
      more()
    },
    grown,
  ),
  bothEndpoints(
    'A70',
    '0.06 MB of gzip that inflate to 60 MB',
    (_req, res) =>
      res
        .writeHead(200, { ...HEAD, 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(60 * MEGABYTE, ' '))),
    grown,
  ),
  redirects('A71', 'a redirect to another host', false),
  redirects('A73', 'a redirect to another path of the same host', true),
  {
    id: 'A74',
    title: 'endpoints without TLS on a host that is not this machine',
    async run({ open }) {
      try {
        const { visitor } = await open({ url: 'http://provider.example' })
        const answer = await visitor().visit('/start')
        return unless(answer, 'fail', 'error') && 'takes them'
      } catch {
        return undefined
      }
    },
  },
  {
    id: 'A76',
    title: 'a certificate that nobody vouches for',
    async run({ open }) {
      const { folder, key, cert } = makeCertificate()
      try {
        const { begin } = await open({ tls: { key: readFileSync(key), cert: readFileSync(cert) } })
        const mine = await begin()
        return unlessRefused(await mine.finish())
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  },
  {
    id: 'A78',
    title: '503 and 429 with Retry-After: the code is not sent again',
    async run({ open }) {
      for (const status of [503, 429]) {
        const { server, begin, close } = await open()
        server.token = json({}, status, { 'retry-after': '0' })
        const mine = await begin()
        const how = unlessRefused(await mine.finish())
        const calls = server.count('token')
        await close()
        if (how) return how
        if (calls !== 1) return `is sent ${calls} times`
      }
    },
  },
  {
    id: 'split',
    title: 'a letter of two bytes cut between two chunks arrives whole',
    async run({ open }) {
      const { server, begin } = await open()
      server.profile = (_req, res) => {
        const bytes = Buffer.from('{"sub":"Баяр"}')
        res.writeHead(200, { ...HEAD, 'content-length': bytes.length })
        res.write(bytes.subarray(0, 9), () => setTimeout(() => res.end(bytes.subarray(9)), 20))
      }
      const mine = await begin()
      const answer = await mine.finish()
      return (
        unless(answer, 'success') ??
        (answer.user.id === 'Баяр' ? undefined : `becomes ${answer.user.id}`)
      )
    },
  },
  {
    id: 'stale',
    title: 'a kept connection that the provider has closed: the login succeeds all the same',
    async run({ open }) {
      const { server, begin } = await open()
      await (await begin()).finish()
      const old = new Set(server.calls.map(({ socket }) => socket))
      server.token = (req, res, body) => {
        if (old.has(req.socket)) return req.socket.resetAndDestroy()
        tokens()(req, res, body)
      }
      server.profile = json({ sub: 'ada' })
      return unless(await (await begin()).finish(), 'success') && 'the login fails'
    },
  },
]

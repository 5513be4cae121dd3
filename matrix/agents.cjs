// Logins with MonPay by the agents that applications use for a proxy, all loaded in one process: old
// ones change `https.request` for everybody. The provider is at the default port of https.
const { readFileSync } = require('node:fs')
const http = require('node:http')
const https = require('node:https')
const net = require('node:net')
const path = require('node:path')
const tls = require('node:tls')
const createAgent = require('agent-base4')
const HttpsProxyAgent3 = require('https-proxy-agent3')
const HttpsProxyAgent5 = require('https-proxy-agent5')
const { HttpsProxyAgent } = require('https-proxy-agent7')
const { Agent: NpmAgent } = require('@npmcli/agent')
const { HttpsProxyAgent: HpAgent } = require('hpagent')
const { Strategy } = require('passport-monpay')
const { ProxyAgent } = require('proxy-agent')
const tunnel = require('tunnel')
const { expect, listen, report, verify, visit } = require('./visit.cjs')

const TOKEN = { access_token: 'token', token_type: 'bearer', expires_in: 3600, userId: 7 }
const USER = { code: 0, info: 'ok', result: { userId: 7, userFirstname: 'Bat' } }

/** Each opens an agent for the proxy at a URL. */
const AGENTS = {
  // it has no default port
  'agent-base 4': (proxy) =>
    createAgent((_request, { host, port }, done) => {
      const tunneling = http.request(proxy, { method: 'CONNECT', path: `${host}:${port}` })
      tunneling.on('connect', (_answer, socket) =>
        done(null, tls.connect({ socket, servername: host })),
      )
      tunneling.end()
    }),
  'https-proxy-agent 3': (proxy) => new HttpsProxyAgent3(proxy),
  'https-proxy-agent 5': (proxy) => new HttpsProxyAgent5(proxy),
  'https-proxy-agent 7': (proxy) => new HttpsProxyAgent(proxy),
  'https-proxy-agent 7, keepAlive': (proxy) => new HttpsProxyAgent(proxy, { keepAlive: true }),
  '@npmcli/agent 4': (proxy) => new NpmAgent({ proxy }),
  'hpagent 1': (proxy) => new HpAgent({ proxy, keepAlive: true }),
  'proxy-agent 6': (proxy) => new ProxyAgent({ getProxyForUrl: () => proxy }),
  'tunnel 0.0.6': (proxy) => {
    const { hostname, port } = new URL(proxy)
    return tunnel.httpsOverHttp({ proxy: { host: hostname, port } })
  },
}

const certificate = (name) => readFileSync(path.join(process.env.MATRIX_CERTIFICATES, name))

/** The provider, and which hosts it was asked for. */
async function startProvider() {
  const hosts = new Set()
  const keys = {
    key: certificate('test-loopback.key.pem'),
    cert: certificate('test-loopback.pem'),
  }
  const server = https.createServer(keys, (req, res) => {
    hosts.add(req.headers.host)
    req.resume().on('end', () => res.end(JSON.stringify(req.method === 'POST' ? TOKEN : USER)))
  })
  return { port: (await listen(server)).port, hosts }
}

/** A proxy that leads to the provider, whatever it is asked for, and what that was. */
async function startProxy({ port }) {
  const asked = new Set()
  const server = http.createServer()
  server.on('connect', ({ url }, client, head) => {
    asked.add(url)
    const to = net.connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      to.write(head)
      to.pipe(client).pipe(to)
    })
    to.on('error', () => client.destroy())
    client.on('error', () => to.destroy())
  })
  return { url: (await listen(server)).url, asked }
}

let codes = 0

/** Two logins, so that the second may be on a kept connection. */
async function logInTwice(agent) {
  const options = { callbackURL: 'https://shop.example', baseURL: 'https://localhost', agent }
  const strategy = new Strategy({ clientID: 'id', clientSecret: 'secret', ...options }, verify)
  for (let count = 0; count < 2; count++) {
    const { end, user, error } = await visit(strategy, `/?code=code${++codes}`)
    expect([end, user?.profile.id, error?.cause?.message], ['success', '7', undefined])
  }
}

async function main() {
  const provider = await startProvider()
  const rows = {}
  for (const [name, open] of Object.entries(AGENTS))
    rows[name] = async () => {
      const { url, asked } = await startProxy(provider)
      provider.hosts.clear()
      await logInTwice(open(url))
      expect([...asked], ['localhost:443'])
      expect([...provider.hosts], ['localhost'])
    }
  await report(rows)
}

void main()

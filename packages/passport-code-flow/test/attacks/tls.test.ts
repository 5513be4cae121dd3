import { readFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { bare } from './support/drivers'
import { closeWorlds, openWorld } from './support/world'

const read = (file: string) => readFileSync(path.join(__dirname, 'support/certificates', file))

let server: https.Server | undefined
let heard = 0
const agents: https.Agent[] = []

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  heard = 0
  await closeWorlds()
})

/** A server with one of the test certificates, at every address of this machine. */
async function serve(certificate: string): Promise<number> {
  const secure = { key: read(`${certificate}.key.pem`), cert: read(`${certificate}.pem`) }
  const listening = https.createServer(secure, (_req, res) => {
    heard++
    res.end('{}')
  })
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '::', resolve))
  return (listening.address() as AddressInfo).port
}

const HOSTS = ['127.0.0.1', '[::1]', 'localhost']
const BAD = ['test-self-signed', 'test-expired', 'test-elsewhere', 'test-loopback']

it.each(
  bare().flatMap(([title, ...row]) =>
    BAD.map((certificate) => [`${title}, ${certificate}`, ...row, certificate] as const),
  ),
)(
  'A76 a server whose certificate is not valid gets neither code nor secret: %s',
  async (_title, name, driver, certificate) => {
    const port = await serve(certificate)
    const agent = new https.Agent({ ca: read('test-authority.pem') })
    agents.push(agent)
    // the last one is right, and its authority unknown without the agent
    const trusted = certificate === 'test-loopback' ? {} : { agent }
    for (const host of HOSTS) {
      const world = await openWorld(name, driver)
      const options = {
        tokenURL: `https://${host}:${port}/token`,
        userInfoURL: 'https://x.test',
        ...trusted,
      }
      const browser = world.browser(await world.addSite({ options }))
      const { end, result } = await browser.logIn()
      expect(end).toBe('error network 502')
      expect(result).toHaveProperty('error.cause.code')
    }
    expect(heard).toBe(0)
  },
)

it.each(bare())(
  'A76 the option agent makes a certificate authority of your own trusted, at every address: %s',
  async (_title, name, driver) => {
    const port = await serve('test-loopback')
    const agent = new https.Agent({ ca: read('test-authority.pem'), keepAlive: true })
    agents.push(agent)
    // Node 22 itself takes no certificate for [::1], good as it is
    const hosts = HOSTS.filter((host) => host !== '[::1]' || !process.version.startsWith('v22.'))
    for (const host of hosts) {
      const world = await openWorld(name, driver)
      const at = `https://${host}:${port}`
      const options = { tokenURL: at, userInfoURL: at, agent }
      const { end } = await world.browser(await world.addSite({ options })).logIn()
      // the server speaks: what it says is no token
      expect(end).toBe('error bad_response 502')
    }
    expect(heard).toBe(hosts.length)
  },
)

it.each(bare())(
  'A76 no option turns the check of certificates off: %s',
  async (_title, name, driver) => {
    const port = await serve('test-self-signed')
    const world = await openWorld(name, driver)
    const at = `https://localhost:${port}`
    const off = { rejectUnauthorized: false, strictSSL: false, insecure: true, allowInsecure: true }
    const options = { tokenURL: at, userInfoURL: at, ...off }
    const { end } = await world.browser(await world.addSite({ options })).logIn()
    expect([end, heard]).toEqual(['error network 502', 0])
  },
)

import { readFileSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { Agent } from 'undici'
import { closeAll, keep } from '../../../../test/keep.js'
import { listen } from '../../../../test/server'
import { alone } from './support/drivers'
import { closeWorlds, openWorld, type World } from './support/world'

const read = (file: string) => readFileSync(path.join(__dirname, 'support/certificates', file))

const ca = read('test-authority.pem')
const agent = new https.Agent({ ca, keepAlive: true })
const dispatcher = new Agent({ connect: { ca } })
const unaware = new Agent()
const HOSTS = ['127.0.0.1', '[::1]', 'localhost']

let heard = 0

afterEach(async () => {
  await closeWorlds()
  await closeAll()
  heard = 0
})
afterAll(async () => {
  agent.destroy()
  await Promise.all([dispatcher.destroy(), unaware.destroy()])
})

/** A server with one of the test certificates, at every address of this machine. */
async function serve(certificate: string): Promise<number> {
  const secure = { key: read(`${certificate}.key.pem`), cert: read(`${certificate}.pem`) }
  const server = https.createServer(secure, (_req, res) => {
    heard++
    res.end('{}')
  })
  return (await keep(listen(server, '::'))).port
}

/** A login whose provider is at this address. */
async function logInAt(world: World, at: string, transport: object) {
  const site = await world.addSite({ options: { tokenURL: at, userInfoURL: at, ...transport } })
  return world.browser(site).logIn()
}

// the second of each does not know the authority of the tests
const TRANSPORTS = [
  ['node:https', { agent }, {}],
  ['undici', { dispatcher }, { dispatcher: unaware }],
] as const

describe.each(alone())('%s', (_row, name, driver) => {
  describe.each(TRANSPORTS)('over %s', (_transport, trusting, plain) => {
    it.each([
      ['test-self-signed', trusting],
      ['test-expired', trusting],
      ['test-elsewhere', trusting],
      ['test-loopback', plain],
    ])(
      'A76 a server that shows %s gets neither code nor secret',
      async (certificate, transport) => {
        const port = await serve(certificate)
        const world = await openWorld(name, driver)
        for (const host of HOSTS) {
          const { end, result } = await logInAt(world, `https://${host}:${port}/`, transport)
          expect(end).toBe('error network 502')
          expect(result).toHaveProperty('error.cause.code')
        }
        expect(heard).toBe(0)
      },
    )

    it('A76 a certificate authority of your own is trusted, at every address', async () => {
      const port = await serve('test-loopback')
      // Node 22 itself takes no certificate for [::1], good as it is
      const hosts = HOSTS.filter((host) => host !== '[::1]' || !process.version.startsWith('v22.'))
      const world = await openWorld(name, driver)
      for (const host of hosts) {
        const { end } = await logInAt(world, `https://${host}:${port}`, trusting)
        // the server speaks: what it says is no token
        expect(end).toBe('error bad_response 502')
      }
      expect(heard).toBe(hosts.length)
    })

    it('A76 Q18 no option turns the check of certificates off', async () => {
      const at = `https://localhost:${await serve('test-self-signed')}`
      const off = { rejectUnauthorized: false, strictSSL: false, insecure: true }
      const options = { ...plain, ...off, allowInsecure: true }
      const { end } = await logInAt(await openWorld(name, driver), at, options)
      expect([end, heard]).toEqual(['error network 502', 0])
    })
  })
})

import { attempt } from '../support/bare.js'
import { CODE, json, openLogin, SECRET, TOKEN, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'
import type { Provider } from '../../src/index.js'

// What people write who describe a provider in plain JavaScript, noticed during a login.

const acme = useAcme()
const unhandled: unknown[] = []
const note = (problem: unknown) => void unhandled.push(problem)

beforeAll(() => process.on('unhandledRejection', note))
afterAll(() => process.off('unhandledRejection', note))
afterEach(() => {
  if (unhandled.length > 0) throw new Error(`unhandled: ${String(unhandled.splice(0))}`)
})

/** How a login with this description ends, and the text that tells its author why. */
async function end(describe: Partial<Provider>): Promise<string> {
  const { strategy, callback } = await openLogin(acme, { describe })
  const result = await attempt(strategy, callback())
  expectNoSecret([SECRET, TOKEN, CODE], result, strategy)
  if (result.action !== 'error') return result.action
  const { error } = result
  const { code, cause } = error as Error & { code?: string; cause?: Error }
  return `${code}: ${cause?.message}`
}

it('FR50 a call that fetchUser does not wait for ends with the login, and not the process', async () => {
  acme.profile = (req, res) => (req.url === '/slow' ? undefined : json({ sub: 'u1' })(req, res, ''))
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => {
    void ask({ method: 'GET', url: '/slow' })
    const { body } = await ask({ method: 'GET' })
    return { id: body['sub'] }
  }
  expect(await end({ fetchUser })).toBe('success')
  // Node tells of a rejection after the microtasks in which it happens
  await new Promise(setImmediate)
})

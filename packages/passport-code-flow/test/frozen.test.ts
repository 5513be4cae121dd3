import { json, openLogin, useAcme } from './support/acme.js'
import { attempt } from './support/bare.js'

const acme = useAcme()

// what freezing it does to the name, and what can be undone
const frozen: object = Error.prototype
const setWritable = (writable: boolean) => Object.defineProperty(frozen, 'name', { writable })
beforeEach(() => setWritable(false))
afterEach(() => setWritable(true))

it('ends in its error where the application has frozen Error.prototype', async () => {
  acme.token = json({ access_token: 7 })
  const { strategy, callback } = await openLogin(acme)
  expect(await attempt(strategy, callback())).toMatchObject({
    error: { name: 'LoginError', code: 'bad_response' },
  })
  acme.token = (_req, res) => res.destroy()
  const again = await openLogin(acme)
  expect(await attempt(again.strategy, again.callback())).toMatchObject({
    error: { name: 'LoginError', code: 'network', cause: { name: 'Error' } },
  })
})

import { startSngine, startZaloPay } from '../src/index'
import { call, EVERY, keepOpen, postForm, signIn } from './support'

const { open, closeAll } = keepOpen()
afterEach(closeAll)

it.each(EVERY)(
  '%s escapes names on its page and allows nothing from elsewhere',
  async (_, start) => {
    const simulator = await open(start({ appName: '<b>Shop</b>' }))
    const page = await call(simulator.url)
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page.text).not.toContain('<script>')
    expect(page.text).not.toContain('<b>Shop')
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  },
)

it.each(EVERY)('%s answers 404 for what it does not have', async (_, start) => {
  const simulator = await open(start())
  expect((await call(`${simulator.url}/nothing`)).status).toBe(404)
  expect((await call(`${simulator.url}/assets/../package.json`)).status).toBe(404)
})

it('serves the pictures that the profiles name', async () => {
  const [zalopay, sngine] = [await open(startZaloPay()), await open(startSngine())]
  const addresses = [
    `${zalopay.url}${zalopay.users[0]?.avatar}`,
    `${sngine.url}/content/uploads/${sngine.users[0]?.user_picture}`,
    `${sngine.url}/content/themes/default/images/blank_profile.svg`,
  ]
  for (const address of addresses) {
    const picture = await call(address)
    expect(picture.headers.get('content-type')).toMatch('image/svg+xml')
    expect(picture.text).toMatch(/^<svg/)
  }
})

it('answers 404 or the login page of Sngine when app_id is missing', async () => {
  const sngine = await open(startSngine())
  expect((await call(`${sngine.url}/api/oauth`)).text).toContain('Log in')
  const headers = await signIn(sngine)
  expect((await call(`${sngine.url}/api/oauth`, { headers })).status).toBe(404)
})

it('gives no key on a Sngine consent without a login or for another app', async () => {
  const sngine = await open(startSngine())
  const url = `${sngine.url}/includes/ajax/developers/oauth`
  expect((await postForm(url, { app_id: sngine.clientID })).json).toEqual({
    message: 'Log in first.',
  })
  const browser = await signIn(sngine)
  expect((await postForm(url, { app_id: '1' }, browser)).json).not.toHaveProperty('redirect_url')
  expect((await postForm(url, { app_id: sngine.clientID }, browser)).json).toHaveProperty(
    'redirect_url',
  )
})

it('refuses a body of more than 1 MiB', async () => {
  const sngine = await open(startSngine())
  const answer = await postForm(`${sngine.url}/api/authorize`, { app_id: 'x'.repeat(1_048_577) })
  expect(answer.status).toBe(413)
})

it.each(EVERY)(
  '%s lists its people for tests below the others, under a heading',
  async (_, start) => {
    const { text } = await call((await open(start())).url)
    const [ordinary = '', tests = ''] = text.split('<h2>For tests</h2>')
    expect(tests).toContain('&lt;script&gt;alert(1)')
    expect(ordinary).not.toContain('&lt;script&gt;alert(1)')
    expect(ordinary).toMatch(/class="person"/)
  },
)

it.each(EVERY)('%s has no heading for tests where there is nobody for tests', async (_, start) => {
  const simulator = await open(start())
  const { users } = simulator as unknown as { users: unknown[] }
  users.splice(1)
  const { text } = await call(simulator.url)
  expect(text).toMatch(/class="person"/)
  expect(text).not.toContain('For tests')
})

import { startSngine, startZaloPay } from '../src/index'
import { closeAll, keep } from '../../../test/keep'
import { call, EVERY, postForm, signIn } from './support'

afterEach(closeAll)

const SCRIPTY = '&lt;script&gt;alert(1)&lt;/script&gt;'

it.each(EVERY)('%s escapes names, and lists people for tests below others', async (_, start) => {
  const simulator = await keep(start({ appName: '<b>Shop</b>' }))
  const { text, headers } = await call(simulator.url)
  expect(text).not.toMatch(/<script>|<b>Shop/)
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  const [ordinary = '', tests = ''] = text.split('<h2>For tests</h2>')
  expect(tests).toContain(SCRIPTY)
  expect(ordinary).not.toContain(SCRIPTY)
  expect(ordinary).toMatch(/class="person"/)
  for (const path of ['/nothing', '/assets/../package.json'])
    expect((await call(simulator.url + path)).status).toBe(404)
  const { users } = simulator as unknown as { users: unknown[] }
  users.splice(1)
  const few = await call(simulator.url)
  expect(few.text).toMatch(/class="person"/)
  expect(few.text).not.toContain('For tests')
})

it('serves the pictures that the profiles name', async () => {
  const [zalopay, sngine] = [await keep(startZaloPay()), await keep(startSngine())]
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

it('B36 a page of another site changes neither the user nor the SDK of ZaloPay', async () => {
  const zalopay = await keep(startZaloPay())
  const choose = (site: string) =>
    call(`${zalopay.url}/?user=${zalopay.users[1]?.muid}&sdk=throws&show=frame`, {
      headers: { 'sec-fetch-site': site },
    })
  expect((await choose('cross-site')).text).toContain('Logged in as Nguyễn Thị Hồng')
  expect(zalopay.behaviour).toMatchObject({ generateCodeChallenge: 'works', show: 'document' })
  expect((await choose('same-origin')).text).toContain('Logged in as Trần Đức Anh')
  expect(zalopay.behaviour).toMatchObject({ generateCodeChallenge: 'throws', show: 'frame' })
})

it('answers 404 or the login page of Sngine when app_id is missing', async () => {
  const sngine = await keep(startSngine())
  expect((await call(`${sngine.url}/api/oauth`)).text).toContain('Log in')
  const headers = await signIn(sngine)
  expect((await call(`${sngine.url}/api/oauth`, { headers })).status).toBe(404)
})

it('gives no key on a Sngine consent without a login or for another app', async () => {
  const sngine = await keep(startSngine())
  const url = `${sngine.url}/includes/ajax/developers/oauth`
  const consent = async (app_id: string, browser = {}) =>
    (await postForm(url, { app_id }, browser)).json
  expect(await consent(sngine.clientID)).toEqual({ message: 'Log in first.' })
  const browser = await signIn(sngine)
  expect(await consent('1', browser)).not.toHaveProperty('redirect_url')
  expect(await consent(sngine.clientID, browser)).toHaveProperty('redirect_url')
})

it('refuses a body of more than 1 MiB', async () => {
  const sngine = await keep(startSngine())
  const answer = await postForm(`${sngine.url}/api/authorize`, { app_id: 'x'.repeat(1_048_577) })
  expect(answer.status).toBe(413)
})

import { calls, closeAll, ended, openScene, optionsFor, profileOf } from './support'

afterEach(closeAll)

it('F1 S6.3 a start goes to /api/oauth with app_id and asks the provider nothing; one from another site is refused', async () => {
  const { sim, browser } = await openScene()
  const url = new URL(`${sim.url}/api/oauth?app_id=${sim.clientID}`)
  expect(await browser.start()).toEqual({ action: 'redirect', url })
  const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
  expect(ended(await browser.start(foreign))).toBe('fail cross_site_start 403')
  expect(calls(sim)).toEqual([])
})

it('S2 lang chooses the language of the page and of the profile', async () => {
  const { sim, browser } = await openScene({}, { lang: 'ru_ru' })
  const result = await browser.start()
  expect(result.action === 'redirect' && result.url.searchParams.get('lang')).toBe('ru_ru')
  expect(profileOf(await browser.comeBack()).gender).toBe('Женский')
  const [token, profile] = sim.requests
  expect({ ...token?.query, ...token?.form }).not.toHaveProperty('lang')
  expect(profile?.query).toMatchObject({ lang: 'ru_ru' })
})

it('S6.1 the folder that a site is installed in is kept in every address, slashes behind it are not', async () => {
  const { sim, browser } = await openScene({ basePath: '/community' })
  const slashes = await openScene({}, { baseURL: `${sim.url}//` })
  for (const one of [browser, slashes.browser]) {
    const result = await one.start()
    expect(result.action === 'redirect' && result.url.pathname).toBe('/community/api/oauth')
  }
  expect(profileOf(await browser.comeBack()).profileUrl).toBe(`${sim.url}/maria`)
})

it('S11 every path can be set, with a query of its own', async () => {
  const { sim } = await openScene()
  const own = {
    ...optionsFor(sim),
    baseURL: 'https://site.invalid',
    authorizationURL: `${sim.url}/api/oauth2?theme=dark&app_id=0`,
    tokenURL: `${sim.url}/api/authorize/?via=app`,
    userInfoURL: `${sim.url}/api/get_user_info/?via=app`,
  }
  const { browser } = await openScene({}, own)
  const result = await browser.start()
  expect(result.action === 'redirect' && result.url.href).toBe(
    `${sim.url}/api/oauth2?theme=dark&app_id=${sim.clientID}`,
  )
  expect(ended(await browser.comeBack(sim.issueKey()))).toBe('success')
  expect(sim.requests.map(({ query }) => query['via'])).toEqual(['app', 'app'])
})

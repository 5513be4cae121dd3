import { closeScenes, ended, openScene } from './support/scene'

afterEach(closeScenes)

it('F1 a start goes to /api/oauth with app_id, and nothing is asked of the provider', async () => {
  const scene = await openScene()
  const result = await scene.browser().start()
  expect(result).toEqual({
    action: 'redirect',
    url: new URL(`${scene.sim.url}/api/oauth?app_id=${scene.sim.clientID}`),
  })
  expect(scene.calls()).toEqual([])
})

it('F6 the pending login is in the session and not in the URL: Sngine has no state', async () => {
  const browser = (await openScene()).browser()
  const result = await browser.start({}, { returnTo: '/basket', state: { step: 2 } })
  const [pending] = browser.pending() as { id: string }[]
  expect(pending).toMatchObject({ returnTo: '/basket', state: { step: 2 } })
  expect(pending?.id).toMatch(/^[\w-]{22}$/)
  expect(result.action === 'redirect' && [...result.url.searchParams.keys()]).toEqual(['app_id'])
})

it('F6 what a start was told comes back with the user, and that the site began', async () => {
  const browser = (await openScene()).browser()
  await browser.start({}, { returnTo: '/basket', state: 7 })
  const info = { initiatedBy: 'site', returnTo: '/basket', state: 7, duplicate: false }
  expect(await browser.comeBack()).toMatchObject({ action: 'success', info })
})

it('S2 lang chooses the language of the page and of the profile', async () => {
  const scene = await openScene({}, { lang: 'ru_ru' })
  const browser = scene.browser()
  const result = await browser.start()
  expect(result.action === 'redirect' && result.url.searchParams.get('lang')).toBe('ru_ru')
  expect(await browser.comeBack()).toMatchObject({ user: { gender: 'Женский' } })
  const [token, profile] = scene.sim.requests
  expect({ ...token?.query, ...token?.form }).not.toHaveProperty('lang')
  expect(profile?.query).toMatchObject({ lang: 'ru_ru' })
})

it('S6.1 the folder that a site is installed in is kept in every address', async () => {
  const scene = await openScene({ basePath: '/community' })
  const browser = scene.browser()
  const result = await browser.start()
  expect(result.action === 'redirect' && result.url.pathname).toBe('/community/api/oauth')
  expect(await browser.comeBack()).toMatchObject({
    action: 'success',
    user: { profileUrl: `${scene.sim.url}/maria` },
  })
})

it('S6.1 slashes at the end of baseURL do not double', async () => {
  const { sim } = await openScene()
  const scene = await openScene({}, { baseURL: `${sim.url}//` })
  const result = await scene.browser().start()
  expect(result.action === 'redirect' && result.url.pathname).toBe('/api/oauth')
})

it('S11 every path can be set, with a query of its own', async () => {
  const { sim } = await openScene()
  const scene = await openScene(
    { clientID: sim.clientID, clientSecret: sim.clientSecret },
    {
      baseURL: 'https://site.invalid',
      authorizationURL: `${sim.url}/api/oauth2?theme=dark&app_id=0`,
      tokenURL: `${sim.url}/api/authorize/?via=app`,
      userInfoURL: `${sim.url}/api/get_user_info/?via=app`,
    },
  )
  const browser = scene.browser()
  const result = await browser.start()
  expect(result.action === 'redirect' && result.url.href).toBe(
    `${sim.url}/api/oauth2?theme=dark&app_id=${sim.clientID}`,
  )
  expect(ended(await browser.comeBack(sim.issueKey()))).toBe('success')
  expect(sim.requests.map(({ query }) => query['via'])).toEqual(['app', 'app'])
})

it('S6.3 a start that another site caused is refused, unless the option allows it', async () => {
  const crossSite = { headers: { 'sec-fetch-site': 'cross-site' } }
  const foreignPost = { method: 'POST', headers: { origin: 'https://evil.example' } }
  const strict = (await openScene()).browser()
  expect(ended(await strict.start(crossSite))).toBe('fail cross_site_start 403')
  expect(ended(await strict.start(foreignPost))).toBe('fail cross_site_start 403')
  expect(strict.pending()).toEqual([])
  const open = (await openScene({}, { allowCrossSiteStart: true })).browser()
  expect(ended(await open.start(crossSite))).toBe('redirect')
})

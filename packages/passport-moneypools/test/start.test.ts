import { CALLBACK, closeScenes, ended, openScene } from './support/scene'

afterEach(closeScenes)

afterEach(() => jest.useRealTimers())

const STILL_REAL = [
  'nextTick',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'queueMicrotask',
] as const

const at = (time: string) => jest.useFakeTimers({ now: new Date(time), doNotFake: [...STILL_REAL] })

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

it.each([
  { headers: {} },
  { headers: { 'sec-fetch-site': 'same-origin' } },
  { headers: { 'sec-fetch-site': 'same-site' } },
  { headers: { 'sec-fetch-site': 'none' } },
  { method: 'POST', headers: { origin: new URL(CALLBACK).origin } },
])('S6.3 a start from this site passes: %j', async (more) => {
  const scene = await openScene()
  expect(ended(await scene.browser().start(more))).toBe('redirect')
})

it('F9 cancelling is never told: the pending login just gets old, and another can start', async () => {
  const browser = (await openScene()).browser()
  await browser.start()
  await browser.start()
  expect(ended(await browser.comeBack())).toBe('success')
})

it('S6.3 at most maxPending logins wait in a session, the newest ones', async () => {
  const browser = (await openScene({}, { maxPending: 2 })).browser()
  for (const state of [1, 2, 3]) await browser.start({}, { state })
  expect(browser.pending()).toMatchObject([{ state: 2 }, { state: 3 }])
})

it('T7 a pending login is no longer good after pendingTTL', async () => {
  const scene = await openScene({}, { pendingTTL: 60_000 })
  const browser = scene.browser()
  at('2026-01-01T10:00:00Z')
  await browser.start()
  at('2026-01-01T10:01:01Z')
  expect(ended(await browser.comeBack())).toBe('fail pending_expired 403')
  expect(scene.calls()).toEqual([])
  at('2026-01-01T10:00:59Z')
  expect(ended(await browser.comeBack())).toBe('success')
})

it('S6.3 without a session there is no start, since nothing would bind the callback', async () => {
  const browser = (await openScene()).browser()
  expect(ended(await browser.start({ session: undefined }))).toBe('error config 500')
})

import type { LoginRequest } from 'passport-code-flow'
import { CALLBACK, closeScenes, ended, openScene, profileOf, told } from './support/scene'

afterEach(closeScenes)

/** What a browser asks the server for: the fragment stays with it. */
const asked = (url: string) => url.slice(new URL(CALLBACK).origin.length).split('#')[0] ?? ''

it.each([
  ['', 'auth_key=K'],
  ['?state=abc', 'state="abc?auth_key=K"'],
  ['?a=1&b=2', 'the & escaped as &amp;'],
  ['?a=1&b=x%20y&c=%3F', 'escapes of its own'],
  ['?', 'a parameter called "?auth_key"'],
])('F7 T5a registered with "%s" (%s), the key is found', async (end) => {
  const scene = await openScene({ callbackURL: CALLBACK + end })
  const browser = scene.browser()
  await browser.start()
  const path = asked(scene.sim.redirectURL(scene.issue()))
  expect(profileOf(await browser.visit(path)).id).toBe('1')
})

it('F7 T5a registered with a fragment, the key never arrives: no redirect loop, and a hint', async () => {
  const scene = await openScene({ callbackURL: `${CALLBACK}#f` })
  const browser = scene.browser()
  await browser.start()
  const result = await browser.visit(asked(scene.sim.redirectURL(scene.issue())))
  expect(ended(result)).toBe('fail start_loop 403')
  expect(told(result)).toMatchObject({
    message: expect.not.stringContaining('https:'),
    reason: expect.stringMatching(/without "\?" and "#"\. It is https:\/\/shop\.example\/auth/),
  })
  expect(scene.calls()).toEqual([])
})

it('F7 T5a on the callback path nothing ever starts a login, pending or not', async () => {
  const browser = (await openScene()).browser()
  expect(ended(await browser.visit('/auth/callback'))).toBe('fail bad_callback 400')
  await browser.start()
  for (const path of ['/auth/callback', '/auth/callback/', '/callback?x=1', '/AUTH/Callback'])
    expect(ended(await browser.visit(path))).toBe('fail start_loop 403')
  expect(ended(await browser.comeBack())).toBe('success')
})

const K = '0123456789abcdef0123456789abcdef'

it.each([
  ['repeated in a malformed URL', `x=1?auth_key=${K}&amp;y=2?auth_key=${K}`],
  ['beside another in a malformed URL', `x=1?auth_key=${'b'.repeat(32)}&auth_key=${K}`],
  ['swallowed by itself', `auth_key=${K}?auth_key=${K}`],
  ['empty in a malformed URL', 'x=1?auth_key='],
  ['not hexadecimal', 'auth_key=0123456789abcdefghijklmnopqrstuv'],
  ['with a parameter inside', `auth_key=${K}%26app_id%3D2`],
  ['with a path inside', `auth_key=..%2F..%2F${K}`],
  ['too short', 'auth_key=0123456789abcde'],
  ['too long', `auth_key=${'a'.repeat(129)}`],
])(
  'T5b a key that is %s is refused before any call, and disturbs nothing',
  async (_what, query) => {
    const scene = await openScene()
    const browser = scene.browser()
    await browser.start()
    expect(ended(await browser.visit(`/auth/callback?${query}`))).toBe('fail bad_callback 400')
    expect(scene.calls()).toEqual([])
    expect(ended(await browser.comeBack())).toBe('success')
  },
)

it('a key is found where the application has switched query parsing off', async () => {
  const scene = await openScene()
  const browser = scene.browser()
  await browser.start()
  expect(ended(await browser.comeBack(scene.issue(), { query: {} }))).toBe('success')
})

it('T7 an error that Sngine never sends ends nothing', async () => {
  const browser = (await openScene()).browser()
  const denied = '/auth/callback?error=access_denied&error_description=%3Cscript%3E'
  expect(ended(await browser.visit(denied))).toBe('fail no_pending_login 403')
  await browser.start()
  const result = await browser.visit(denied)
  expect(ended(result)).toBe('fail access_denied 401')
  // kept for the operator, never shown
  expect(told(result).message).not.toContain('script')
  expect(ended(await browser.comeBack())).toBe('success')
})

it('S3 two tabs: the newer key is the good one, and the refused older one disturbs nothing', async () => {
  const scene = await openScene()
  const browser = scene.browser()
  await browser.start()
  const older = scene.issue()
  await browser.start()
  const newer = scene.issue()
  expect(ended(await browser.comeBack(older))).toBe('fail invalid_code 401')
  expect(ended(await browser.comeBack(newer))).toBe('success')
})

it('a key in the body of a POST, or on a path that a proxy has cut, is as good', async () => {
  const scene = await openScene()
  const browser = scene.browser()
  await browser.start()
  const posted: Partial<LoginRequest> = { method: 'POST', body: { auth_key: scene.issue() } }
  expect(ended(await browser.visit('/auth/callback', posted))).toBe('success')
  await browser.start()
  expect(ended(await browser.visit(`/callback?auth_key=${scene.issue()}`))).toBe('success')
})

import type { LoginRequest } from 'passport-code-flow'
import { CALLBACK, calls, closeAll, ended, openScene, profileOf, told } from './support'

afterEach(closeAll)

/** What a browser asks the server for: the fragment stays with it. */
const asked = (url: string) => url.slice(new URL(CALLBACK).origin.length).split('#')[0] ?? ''

/** A browser that has started a login. */
async function openStarted(site = {}) {
  const scene = await openScene(site)
  await scene.browser.start()
  return scene
}

it.each([
  ['', 'auth_key=K'],
  ['?state=abc', 'state="abc?auth_key=K"'],
  ['?a=1&b=2', 'the & escaped as &amp;'],
  ['?a=1&b=x%20y&c=%3F', 'escapes of its own'],
  ['?', 'a parameter called "?auth_key"'],
])('F7 T5a registered with "%s" (%s), the key is found', async (end) => {
  const { sim, browser } = await openStarted({ callbackURL: CALLBACK + end })
  expect(profileOf(await browser.visit(asked(sim.redirectURL(browser.issue())))).id).toBe('1')
})

it('F7 T5a registered with a fragment, the key never arrives: no redirect loop, and a hint', async () => {
  const { sim, browser } = await openStarted({ callbackURL: `${CALLBACK}#f` })
  const result = await browser.visit(asked(sim.redirectURL(browser.issue())))
  expect(ended(result)).toBe('fail start_loop 403')
  expect(told(result)).toMatchObject({
    message: expect.not.stringContaining('https:'),
    reason: expect.stringMatching(/without "\?" and "#"\. It is https:\/\/shop\.example\/auth/),
  })
  expect(calls(sim)).toEqual([])
})

it('F7 T5a on the callback path nothing ever starts a login, pending or not', async () => {
  const { browser } = await openScene()
  expect(ended(await browser.visit('/auth/callback'))).toBe('fail bad_callback 400')
  await browser.start()
  for (const path of ['/auth/callback', '/auth/callback/', '/callback?x=1', '/AUTH/Callback'])
    expect(ended(await browser.visit(path))).toBe('fail start_loop 403')
  expect(ended(await browser.comeBack())).toBe('success')
})

const K = '0123456789abcdef0123456789abcdef'

it.each([
  ['repeated in a malformed URL', `x=1?auth_key=${K}&amp;y=2?auth_key=${K}`],
  ['before another in a malformed URL', `auth_key=${K}&x=1?auth_key=${'b'.repeat(32)}`],
  ['empty in a malformed URL', 'x=1?auth_key='],
  ['not hexadecimal', 'auth_key=0123456789abcdefghijklmnopqrstuv'],
  ['too short', 'auth_key=0123456789abcde'],
  ['too long', `auth_key=${'a'.repeat(129)}`],
])('T5b a key that is %s is refused before any call, ending nothing', async (_what, query) => {
  const { sim, browser } = await openStarted()
  expect(ended(await browser.visit(`/auth/callback?${query}`))).toBe('fail bad_callback 400')
  expect(calls(sim)).toEqual([])
  expect(ended(await browser.comeBack())).toBe('success')
})

it('T7 an error that Sngine never sends ends nothing', async () => {
  const { browser } = await openScene()
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
  const { browser } = await openStarted()
  const older = browser.issue()
  await browser.start()
  const newer = browser.issue()
  expect(ended(await browser.comeBack(older))).toBe('fail invalid_code 401')
  expect(ended(await browser.comeBack(newer))).toBe('success')
})

it.each<[string, string, (key: string) => Partial<LoginRequest>]>([
  ['the body of a POST', '/auth/callback', (auth_key) => ({ method: 'POST', body: { auth_key } })],
  ['a path that a proxy has cut', '/callback?auth_key=KEY', () => ({})],
  ['a query that nobody has parsed', '/auth/callback?auth_key=KEY', () => ({ query: {} })],
])('a key in %s is as good', async (_, path, more) => {
  const { browser } = await openStarted()
  const key = browser.issue()
  expect(ended(await browser.visit(path.replace('KEY', key), more(key)))).toBe('success')
})

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

it('S3 two tabs: the newer key is the good one, and the refused older one disturbs nothing', async () => {
  const { browser } = await openStarted()
  const older = browser.issue()
  await browser.start()
  const newer = browser.issue()
  expect(ended(await browser.comeBack(older))).toBe('fail invalid_code 401')
  expect(ended(await browser.comeBack(newer))).toBe('success')
})

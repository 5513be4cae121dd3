import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buildSync, transformSync } from 'esbuild'
import express from 'express'
import supertest from 'supertest'
import { askRaw, listen } from '../../../test/server'
import { BROWSER_TEXT } from '../src/browser-text'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import { buildBrowser } from './support/built'
import { launchPage, type LaunchPageOptions } from '../src/index'

const OPTIONS = {
  sdkURL: 'https://sdk.zalopay.test/v1/sdk.js?build=7&mode="x"',
  callbackURL: 'https://shop.test/auth/zalopay/callback',
}
const QUERY = `appId=10001&codeChallenge=${'c'.repeat(86)}&login=${'a'.repeat(22)}`

const POLICY = 'content-security-policy'
/** What helmet sets. */
const HELMET = {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  // only helmet 5 sets it by itself
  'cross-origin-embedder-policy': 'require-corp',
  [POLICY]: "default-src 'self'",
}

function get(query: string, more: Partial<LaunchPageOptions> = {}) {
  const app = express()
  app.use((_req, res, next) => {
    res.set(HELMET)
    next()
  })
  app.get('/launch', launchPage({ ...OPTIONS, ...more }))
  return supertest(app).get(`/launch?${query}`)
}

/** The nonce of a page: its policy and its scripts have the same. */
async function nonceOf(more: Partial<LaunchPageOptions> = {}) {
  const { headers, text } = await get(QUERY, more)
  const [, nonce = ''] = /'nonce-([^']+)'/.exec(headers[POLICY] ?? '') ?? []
  expect(text).toContain(`<script data-cfasync="false" nonce="${nonce}"`)
  return nonce
}

it("FR102 the page drops the application's Cross-Origin-Embedder-Policy, which would block the SDK", async () => {
  const { headers } = await get(QUERY)
  expect(headers).not.toHaveProperty('cross-origin-embedder-policy')
})

it('FR241 the page has an icon: Firefox would ask for /favicon.ico, and report that the policy forbids it', async () => {
  expect((await get(QUERY)).text).toContain('<link rel="icon" href="data:,">')
})

it('the page may run its own two scripts and talk to the SDK and the callback, and nothing else', async () => {
  const { headers, text, status } = await get(QUERY, { nonce: 'n' })
  expect(status).toBe(200)
  expect(headers[POLICY]?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'nonce-n'",
    "style-src 'nonce-n'",
    'img-src https://sdk.zalopay.test data:',
    "connect-src 'self' https://sdk.zalopay.test",
    "form-action 'self' https://shop.test",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ])
  expect(headers).toMatchObject({
    'x-frame-options': 'SAMEORIGIN',
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'content-type': 'text/html; charset=utf-8',
  })
  expect(text.match(/<script/g)).toHaveLength(2)
  expect(text).not.toMatch(/\son\w+=/)
  expect(text).toContain('src="https://sdk.zalopay.test/v1/sdk.js?build=7&#38;mode=%22x%22"')
})

it('each page has a nonce of its own, or that of the application', async () => {
  const [one, other] = [await nonceOf(), await nonceOf({ nonce: () => undefined })]
  for (const fresh of [one, other]) expect(fresh).toMatch(/^[\w+/]{22}==$/)
  expect(one).not.toBe(other)
  expect(await nonceOf({ nonce: 'of-the-app' })).toBe('of-the-app')
  expect(await nonceOf({ nonce: (req) => `n${req.url?.length}` })).toMatch(/^n\d+$/)
  expect((await get(QUERY, { nonce: () => "x' *" })).status).toBe(500)
})

it.each([
  ['nothing', ''],
  ['no login', 'appId=1&codeChallenge=' + 'c'.repeat(43)],
  ['a script as appId', QUERY.replace('10001', '</script><script>alert(1)</script>')],
  ['a quote in the challenge', QUERY.replace('ccc', "c'c")],
  ['a login of other letters', QUERY.replace('aaa', 'a<a')],
  ['a login that is too long', `${QUERY}a`],
  ['a login twice', `${QUERY}&login=${'a'.repeat(22)}`],
  ['a raw challenge of another length', `${QUERY}&rawCodeChallenge=${'r'.repeat(44)}`],
])('%s in the query is a page that asks to start again', async (_, query) => {
  const { status, text, headers } = await get(query)
  expect(status).toBe(400)
  expect(text).toContain('Please start again from the login page.')
  expect(text).not.toContain('<script')
  expect(headers[POLICY]).toContain("default-src 'none'")
})

it.each<[string, unknown[], string?]>([
  ['sdkURL', [undefined, '/sdk.js', 'javascript:alert(1)']],
  ['callbackURL', [undefined, '/callback']],
  ['homeURL', ['', 'javascript:alert(1)', '//evil.test', 'data:text/html,x']],
  ['nonce', ["x'; script-src *", '', 7]],
  ['frameAncestors', ['https://host.test', ['https://host.test/'], ['*'], [7]]],
  ['frameAncestors', [["https://host.test; script-src 'unsafe-inline'"]]],
  ['homeUrl', ['https://app.test/'], 'is unknown: did you mean homeURL?'],
  ['frameAncestor', ['https://app.test/'], 'is unknown: did you mean frameAncestors?'],
  ['sdkurl', ['https://app.test/'], 'is unknown: did you mean sdkURL?'],
])('the option %s is refused by its name when it is one of %p', (name, values, must = '') => {
  for (const value of values) {
    const build = () => launchPage({ ...OPTIONS, [name]: value })
    expect(build).toThrow(TypeError)
    expect(build).toThrow(`launchPage: option ${name} ${must}`)
  }
})

it('warns of an option that nobody reads, and of none of the strategy', () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation()
  const settings = { ...OPTIONS, clientID: '1', environment: 'sandbox', frames: true }
  expect(launchPage(settings)).toBeInstanceOf(Function)
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    'launchPage: option frames is unknown and has no effect',
  ])
  warn.mockRestore()
})

it.each([undefined, null, 'https://app.test'])('options that are %p are refused', (options) =>
  expect(() => launchPage(options as never)).toThrow('launchPage: options must be an object'),
)

it('nothing on Object.prototype gets into its options', async () => {
  const names = ['sdkURL', 'callbackURL', 'homeURL', 'frameAncestors', 'nonce']
  const planted = Object.fromEntries(names.map((name) => [name, 'https://planted.test/']))
  const { callbackURL: _, ...rest } = OPTIONS
  await withPlanted(planted, () => {
    expect(() => launchPage({} as LaunchPageOptions)).toThrow('option sdkURL is missing')
    expect(() => launchPage(rest as LaunchPageOptions)).toThrow('callbackURL')
  })
  const page = await withPlanted(planted, () => launchPage(OPTIONS))
  const { headers, text } = await supertest(createServer(page)).get(`/launch?${QUERY}`)
  expect(JSON.stringify(headers) + text).not.toContain('planted')
})

it('FR222 frameAncestors works where URL has no canParse: jsdom in Jest 29', () => {
  const missing = jest.spyOn(URL, 'canParse').mockImplementation(() => {
    throw new TypeError('URL.canParse is not a function')
  })
  const frameAncestors = ['https://host.test']
  const make = () => launchPage({ ...OPTIONS, frameAncestors })
  expect(make).not.toThrow()
  missing.mockRestore()
})

it('frameAncestors may frame it, and X-Frame-Options is taken off this answer', async () => {
  const frameAncestors = ['https://host.test', 'http://127.0.0.1:4000']
  for (const query of [QUERY, '']) {
    const { headers } = await get(query, { frameAncestors })
    expect(headers[POLICY]?.split('; ').at(-1)).toBe(`frame-ancestors ${frameAncestors.join(' ')}`)
    expect(headers).not.toHaveProperty('x-frame-options')
  }
})

it.each([
  [undefined, '/'],
  ['/shop?a=1&b=2', '/shop?a=1&#38;b=2'],
  ['https://shop.test/home', 'https://shop.test/home'],
  ['/нүүр', '/%D0%BD%D2%AF%D2%AF%D1%80'],
])('B23 with the homeURL %j every way back leads to %s', async (homeURL, href) => {
  for (const query of [QUERY, '']) {
    const { text } = await get(query, { homeURL })
    const links = [...text.matchAll(/<a href="([^"]*)"/g)].map(([, found]) => found)
    expect(new Set(links)).toEqual(new Set([href]))
  }
})

const IN = {
  en: ['Logging in with ZaloPay', 'Open this page in the ZaloPay app'],
  vi: ['Đang đăng nhập bằng ZaloPay', 'Vui lòng mở trang này trong ứng dụng ZaloPay'],
  mn: ['ZaloPay-ээр нэвтэрч байна', 'Энэ хуудсыг ZaloPay апп дотор нээнэ үү'],
  ru: ['Выполняется вход через ZaloPay', 'Откройте эту страницу в приложении ZaloPay'],
}

it.each([
  ['', 'en'],
  ['zh-CN,zh;q=0.9', 'en'],
  ['vi-VN,vi;q=0.9,en;q=0.8', 'vi'],
  ['mn', 'mn'],
  ['de, en;q=0.5, ru;q=0.7', 'ru'],
  ['vi;q=0, en', 'en'],
  [';;;,q=,constructor,__proto__;q=9', 'en'],
] as const)('for the languages %j the page is in %s', async (accept, language) => {
  const { headers, text } = await get(QUERY).set('Accept-Language', accept)
  expect(headers['content-language']).toBe(language)
  for (const part of [`<html lang="${language}">`, ...IN[language]]) expect(text).toContain(part)
})

it.each(['vi', 'mn', 'ru'])('has every text of the page in %s, none in English', async (tag) => {
  const read = async (language: string) => {
    const pages = [get(QUERY), get('')].map((page) => page.set('Accept-Language', language))
    const [whole, wrong] = await Promise.all(pages)
    const all = `${whole?.text}${wrong?.text}`.matchAll(/<(h1|p|button|a)\b[^>]*>(.*?)<\//g)
    return [...all].map(([, , text]) => text)
  }
  const [english, own] = [await read('en'), await read(tag)]
  expect(english.length).toBeGreaterThan(25)
  expect(own).toHaveLength(english.length)
  expect(own.filter((text, index) => !text?.trim() || text === english[index])).toEqual([])
})

it('what the query brings reaches the page as data, the second challenge too', async () => {
  const { text } = await get(`${QUERY}&rawCodeChallenge=${'r'.repeat(43)}`)
  const [, data = ''] = /data-login="([^"]*)"/.exec(text) ?? []
  expect(JSON.parse(data.replaceAll('&#34;', '"'))).toEqual({
    appId: 10001,
    codeChallenge: 'c'.repeat(86),
    login: 'a'.repeat(22),
    rawCodeChallenge: 'r'.repeat(43),
    callbackURL: OPTIONS.callbackURL,
  })
})

it('FR06 every request target is answered by a page that says the request is wrong, and the server lives', async () => {
  const { port, close } = await listen(launchPage(OPTIONS))
  for (const target of ['//', '/\\', 'http://[', '*', '/?%', '/?appId=%ff', '/#?', 'http://']) {
    const wrong = expect.stringMatching(/^HTTP\/1.1 400 [^]*This request is wrong/) as unknown
    expect([target, await askRaw(port, `GET ${target}`)]).toEqual([target, wrong])
  }
  await close()
})

it("FR44 Cloudflare's Rocket Loader leaves both scripts as they are: it takes all without data-cfasync", async () => {
  const { text } = await get(QUERY)
  // the type stops the browser, and the policy of the page stops the loader that would run the script
  const taken = '<script type="f00-text/javascript"'
  expect(text.replace(/<script(?! data-cfasync="false" )/g, taken)).toBe(text)
})

it('FR14 a bundler that rewrites the application for old engines leaves the script of the page as it is', async () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '../src/launch-page.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'es2016',
    minify: true,
    external: ['passport-code-flow'],
  })
  const bundled = {} as { exports: { launchPage: typeof launchPage } }
  // oxlint-disable-next-line typescript/no-implied-eval
  new Function('require', 'module', outputFiles[0]?.text ?? '')(require, bundled)
  const page = bundled.exports.launchPage(OPTIONS)
  const { text } = await supertest(createServer(page)).get(`/?${QUERY}`)
  expect(text).toContain(BROWSER_TEXT)
})

it('FR14 the script of the page is a committed text, which is not older than its source', async () => {
  expect((await get(QUERY)).text).toContain(BROWSER_TEXT)
  // throws when it is
  expect(buildBrowser().module).toContain('requestLogin')
})

it('FR194 all scripts for browsers are ES2018: web views of old phones run them', () => {
  for (const text of [BROWSER_TEXT, ...Object.values(buildBrowser())]) {
    const [old, newest] = ['es2018', 'esnext'].map((target) => transformSync(text, { target }).code)
    expect(old).toBe(newest)
  }
})

it('FR156 git checks out that text as it is, also on Windows, where the demo would not start', () => {
  const attributes = readFileSync(join(__dirname, '../../../.gitattributes'), 'utf8')
  expect(attributes).toContain('* text=auto eol=lf')
})

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { formatAgo, formatMoment, formatName, initialOf } from '../src/pages/texts'
import { LANGUAGES, texts } from '../src/pages/texts'
import { closeAll } from '../../../test/keep'
import { useSite } from './support/site'
import type { Visitor } from './support/visitor'

afterEach(closeAll)

const { en, ...others } = texts
const OTHERS = Object.entries(others)

it.each(OTHERS)(
  'has every text in %s, with the same placeholders, and no English left',
  (_, own) => {
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort()
    expect(Object.keys(own).sort()).toEqual(Object.keys(en).sort())
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(own[key].trim()).not.toBe('')
      expect([key, own[key]]).not.toEqual([key, en[key]])
      expect(holes(own[key])).toEqual(holes(en[key]))
    }
  },
)

const site = useSite()

it('has no text that no page shows', () => {
  const folder = path.join(__dirname, '..')
  const sources = ['src', 'views']
    .flatMap((name) =>
      readdirSync(path.join(folder, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(ts|eta)$/.test(file))
        .map((file) => readFileSync(path.join(folder, name, file), 'utf8')),
    )
    .join('\n')
  // the end of such a name is computed
  const isComputed = (key: string) => /^(login|steps|notice)\./.test(key)
  const unused = Object.keys(en).filter((key) => !isComputed(key) && !sources.includes(key))
  expect(unused).toEqual([])
})

it('takes the browser’s language, and English when it knows none', async () => {
  const title = async (language: string) => {
    const { text, headers } = await site.visitor({ 'Accept-Language': language }).get('/')
    return [/<h1>(.*)<\/h1>/.exec(text)?.[1], headers['content-language']]
  }
  expect(await title('mn-MN,mn;q=0.9,en;q=0.8')).toEqual(['Нэвтрэх', 'mn'])
  expect(await title('vi')).toEqual(['Đăng nhập', 'vi'])
  expect(await title('fr, ru;q=0.5')).toEqual(['Вход', 'ru'])
  expect(await title('fr')).toEqual(['Log in', 'en'])
})

it('remembers the visitor’s choice above the browser’s, on failure pages too', async () => {
  const visitor = site.visitor({ 'Accept-Language': 'vi' })
  const answer = await visitor.post('/language', { lang: 'mn', next: '/?a=b' }).expect(303)
  expect(answer.headers['location']).toBe('/?a=b')
  expect((await visitor.get('/')).text).toContain('<html lang="mn">')
  const failed = await visitor.get('/auth/monpay').expect(400)
  expect(failed.text).toContain('MonPay аппаа нээж')
  await visitor.post('/language', { lang: '../../etc', next: '//evil.example' }).then((other) => {
    expect(other.headers['location']).toBe('/')
    expect(other.headers['set-cookie']).toBeUndefined()
  })
  const formless = await visitor.agent.post('/language').type('json').send('{"lang":"vi"}')
  expect([formless.status, formless.headers['location']]).toEqual([303, '/'])
})

it('shows ZaloPay’s launch page in the language that the visitor chose', async () => {
  const visitor = site.visitor({ 'Accept-Language': 'vi' })
  await visitor.post('/language', { lang: 'mn', next: '/' })
  const { headers } = await visitor.get((await visitor.startZaloPay()).page)
  expect(headers['content-language']).toBe('mn')
})

it('the choice of language never keeps the query of a callback', async () => {
  const { text } = await site.visitor().get('/auth/monpay?code=secretcode')
  expect(text).not.toContain('secretcode')
})

it('FR153 the choice of language keeps the page that asked for the login', async () => {
  const visitor = site.visitor()
  const { text } = await visitor.get('/?returnTo=%2Fauth%2Fconfirm%3Fa%3D1%26b').expect(200)
  const [, next] = /name="next" value="([^"]+)/.exec(text) ?? []
  expect((await visitor.get(next!)).text).toContain('value="/auth/confirm?a=1&amp;b"')
})

it('writes times and names in the local way', () => {
  const now = Date.parse('2026-03-04T12:00:00Z')
  expect(formatAgo('en', '2026-03-04T11:57:00Z', now)).toBe('3 minutes ago')
  expect(formatAgo('ru', '2026-03-03T11:57:00Z', now)).toBe('вчера')
  expect(formatAgo('vi', '2026-03-03T11:57:00Z', now)).toBe('hôm qua')
  expect(formatAgo('mn', '2026-03-04T11:59:59Z', now)).toBe('дөнгөж сая')
  expect(formatMoment('vi', '2026-03-04T11:57:00Z')).toContain('11:57')
  expect(Object.keys(LANGUAGES)).toEqual(['en', 'mn', 'vi', 'ru'])
})

it('a name cannot change the direction of the text around it, and cannot fill the page', () => {
  const show = (display_name: string) => formatName('en', { display_name, provider: 'monpay' })
  expect(show('\u202eevil \u2066name')).toBe('evil name')
  expect(show('محمد \u200f(أ)')).toBe('محمد \u200f(أ)')
  expect(show('👨\u200d👩\u200d👧 𠮷')).toBe('👨\u200d👩\u200d👧 𠮷')
  expect(show('𓀀'.repeat(2000))).toBe(`${'𓀀'.repeat(80)}…`)
  expect(['\u200f', '\u200fاب', '👨\u200d👩'].map(initialOf)).toEqual(['', 'ا', '👨'])
})

it('shows no text of a provider or a browser that fills the page', async () => {
  const visitor = site.visitor({ 'User-Agent': `${'x'.repeat(5000)}/1 ` })
  const [user] = site.simulators.moneypools.users
  user!.user_email = `${'e'.repeat(5000)}@x.example`
  await visitor.loginWithMoneyPools(user)
  const text = await visitor.account()
  expect(text).toContain('e'.repeat(80))
  expect(text).not.toMatch(/(\w)\1{80}/)
})

it('shows a name in the order of its owner, in every language, and never an id', async () => {
  const name = { display_name: 'Дорж Батбаяр', provider: 'monpay' }
  for (const locale of ['en', 'mn', 'vi', 'ru'] as const) {
    expect(formatName(locale, name)).toBe('Дорж Батбаяр')
  }
  for (const display_name of ['', '\u200b\u2060', '\u202e', '\u3164', ' '])
    expect(formatName('vi', { display_name, provider: 'zalopay' })).toBe('Người dùng ZaloPay')

  const { monpay } = site.simulators
  const heading = async (visitor: Visitor) => /<h1>(.*)<\/h1>/.exec(await visitor.account())?.[1]
  const phoneOnly = site.visitor()
  await phoneOnly.openFromMonPay(monpay.users.find(({ userId }) => userId === 14))
  expect(await heading(phoneOnly)).toBe('95007781')
  expect(await phoneOnly.account()).not.toContain('<dt>Phone</dt>')
  const nameless = site.visitor()
  await nameless.loginWithZaloPay({ muid: 'only-an-id' })
  expect(await heading(nameless)).toBe('ZaloPay user')
  expect((await nameless.account()).match(/ZaloPay user/g)).toHaveLength(1)
})

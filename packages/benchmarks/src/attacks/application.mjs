import { unless, unlessLeaks, unlessRefused } from './scene.mjs'

/** What the application around a strategy can do, or leave out. */
export const application = [
  {
    id: 'A82',
    title: 'the strategy is printed',
    async run({ open }) {
      const { app } = await open()
      return unlessLeaks(await app.ask('printed'))
    },
  },
  {
    id: 'A97',
    title: 'a request that names another host',
    async run({ open }) {
      const { begin, visitor } = await open()
      const browser = visitor()
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
      const { location } = await browser.visit('/start', { headers })
      if (location?.includes('evil')) return 'the provider is sent there'
      return unless(await (await begin(browser)).finish(), 'success')
    },
  },
  {
    id: 'A98',
    title: 'a session that was planted before the login',
    async run({ open }) {
      const { begin } = await open()
      const mine = await begin()
      const planted = mine.browser.cookie()
      const how = unless(await mine.finish(), 'success')
      return how ?? (mine.browser.cookie() === planted ? 'lives on' : undefined)
    },
  },
  {
    id: 'A102',
    title: 'two logins at once through one strategy object given to `authenticate`',
    async run({ open }) {
      const { begin } = await open({ verify: 'slow' })
      const [ada, bob] = [await begin(undefined), await begin(undefined, { user: 'bob' })]
      const finish = ({ browser, path }) => browser.visit(`/by-object${path()}`)
      const first = finish(ada)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const [one, two] = await Promise.all([first, finish(bob)])
      if (one.user?.id === 'bob' || two.user?.id === 'ada') return 'the accounts are swapped'
      return unless(one, 'success') ?? unless(two, 'success')
    },
  },
  ...['throws', 'twice', 'throwsLater'].map((verify) => ({
    id: 'A103',
    title: {
      throws: 'verify throws',
      twice: 'verify answers twice',
      throwsLater: 'verify answers and then throws',
    }[verify],
    async run({ open }) {
      const { app, visitor, begin } = await open({ verify })
      const mine = await begin()
      const answer = await mine.finish()
      const wanted = verify === 'throws' ? ['error'] : ['success']
      const how = unless(answer, ...wanted)
      const alive = await visitor().visit('/alive')
      if (!alive.alive) return 'the process dies'
      return how ?? ((await app.ask('doubled')) > 0 ? 'one request has two outcomes' : undefined)
    },
  })),
  {
    id: 'A105',
    title: 'no session middleware',
    async run({ open }) {
      const { server, visitor } = await open({ noSession: true })
      const browser = visitor()
      const started = await browser.visit('/start')
      const begun = unlessRefused(started)
      if (begun) return `the start: ${begun}`
      const answer = await browser.visit('/callback?code=planted-code-0&state=x')
      if (server.calls.length > 0) return 'asks the provider'
      return unlessRefused(answer)
    },
  },
]

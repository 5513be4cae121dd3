import { unless, unlessRefused, unlessRefusedUnasked } from './scene.mjs'

const DAY = 86_400_000
const PREFETCH = [{ 'sec-purpose': 'prefetch' }, { purpose: 'prefetch' }, { 'x-moz': 'prefetch' }]

/** What a browser, or whoever leads it, can bring. */
export const callbacks = [
  {
    id: 'A01',
    title: 'the attacker’s code in a browser that has started no login',
    async run({ open }) {
      const { server, visitor, begin } = await open()
      const theirs = await begin()
      return unlessRefusedUnasked(await visitor().visit(theirs.path()), server)
    },
  },
  {
    id: 'A03',
    title: 'the attacker’s code and state in a browser with its own login under way',
    async run({ open }) {
      const { server, begin } = await open()
      const [theirs, mine] = [await begin(), await begin()]
      return unlessRefusedUnasked(await mine.browser.visit(theirs.path()), server)
    },
  },
  {
    id: 'A05',
    title: 'the same state twice',
    async run({ open }) {
      const { begin } = await open()
      const states = [await begin(), await begin(), await begin()].map(({ state }) => state)
      if (new Set(states).size < 3 || states.some((state) => state.length < 22)) return 'guessable'
    },
  },
  {
    id: 'A07',
    title: 'an empty state, or none',
    async run({ open }) {
      const { server, begin } = await open()
      for (const state of ['', undefined]) {
        const mine = await begin()
        const path = state === '' ? mine.path({ state }) : `/callback?code=${mine.code}`
        const how = unlessRefusedUnasked(await mine.browser.visit(path), server)
        if (how) return how
      }
    },
  },
  {
    id: 'A08',
    title: 'a forged callback, then the genuine one',
    async run({ open }) {
      const { begin } = await open()
      const mine = await begin()
      const forged = unlessRefused(await mine.browser.visit(mine.path({ state: 'f'.repeat(22) })))
      return forged ?? (unless(await mine.finish(), 'success') && 'the genuine login is lost')
    },
  },
  {
    id: 'A09',
    title: 'a state that is a name every object has',
    async run({ open }) {
      const { server, begin } = await open()
      for (const state of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        const mine = await begin()
        const how = unlessRefusedUnasked(await mine.browser.visit(mine.path({ state })), server)
        if (how) return how
      }
    },
  },
  {
    id: 'A10',
    title: 'a login of one provider finished at another one of the same host',
    async run({ open }) {
      const { other, begin } = await open({ twoProviders: true })
      const mine = await begin()
      const answer = await mine.browser.visit(`/other${mine.path()}`)
      if (other.calls.length > 0) return 'sends the code to the wrong provider'
      return unlessRefused(answer)
    },
  },
  {
    id: 'A11',
    title: 'two tabs: the one that started first is finished',
    async run({ open }) {
      const { visitor, begin } = await open()
      const browser = visitor()
      const first = await begin(browser)
      await begin(browser)
      return unless(await first.finish(), 'success') && 'the first tab’s login is lost'
    },
  },
  {
    id: 'A12',
    title: '1 000 starts in one session, then a login',
    async run({ open }) {
      const { app, visitor, begin } = await open()
      const browser = visitor()
      for (let i = 0; i < 999; i++) await browser.visit('/start')
      const last = await begin(browser)
      const bytes = await app.ask('sessionBytes')
      if (bytes > 4096) return `the session has ${bytes} bytes`
      return unless(await last.finish(), 'success')
    },
  },
  {
    id: 'A13',
    title: 'a login that was started a day ago',
    async run({ open }) {
      const { app, begin } = await open()
      const mine = await begin()
      await app.ask('later', DAY)
      return unlessRefused(await mine.finish())
    },
  },
  {
    id: 'A22',
    title: 'the session has lost the verifier',
    async run({ open }) {
      const { app, server, begin } = await open()
      const mine = await begin()
      await app.ask('loseVerifiers')
      return unlessRefusedUnasked(await mine.finish(), server)
    },
  },
  {
    id: 'A28',
    title: 'the same callback again, in another browser',
    async run({ open }) {
      const { server, visitor, begin } = await open()
      const mine = await begin()
      await mine.finish()
      server.calls.length = 0
      return unlessRefusedUnasked(await visitor().visit(mine.path()), server)
    },
  },
  {
    id: 'A29',
    title: '20 identical callbacks at once: one exchange, one login',
    async run({ open }) {
      const { server, begin } = await open()
      const mine = await begin()
      const answers = await Promise.all(Array.from({ length: 20 }, mine.finish))
      const calls = server.count('token')
      if (calls !== 1) return `${calls} exchanges`
      if (!answers.some(({ action }) => action === 'success')) return 'nobody is logged in'
    },
  },
  {
    id: 'A31',
    title: 'HEAD, OPTIONS, PUT and DELETE on the callback',
    async run({ open }) {
      const { server, begin } = await open()
      for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
        const mine = await begin()
        await mine.browser.visit(mine.path(), { method })
        if (server.calls.length > 0) return `${method} spends the code`
      }
    },
  },
  {
    id: 'A32',
    title: 'a browser that fetches the callback in advance',
    async run({ open }) {
      const { server, begin } = await open()
      for (const headers of PREFETCH) {
        const mine = await begin()
        await mine.browser.visit(mine.path(), { headers })
        if (server.calls.length > 0) return 'spends the code'
      }
    },
  },
  {
    id: 'A36',
    title: 'a code that comes twice, as a list, as an object',
    async run({ open }) {
      const { server, begin } = await open()
      const twice = await begin()
      const path = `${twice.path()}&code=other`
      const how = unlessRefusedUnasked(await twice.browser.visit(path), server)
      if (how) return how
      // a parameter of another name may be passed over
      for (const more of ['&code[]=other', '&code[x]=other']) {
        const mine = await begin()
        await mine.browser.visit(mine.path() + more)
        const sent = server.calls.find(({ kind }) => kind === 'token')
        const codes = sent && new URLSearchParams(sent.body).getAll('code')
        if (codes && codes.join() !== mine.code) return 'the provider is sent something else'
        server.calls.length = 0
      }
    },
  },
  {
    id: 'A37',
    title: 'one code in the query and another one in the body',
    async run({ open }) {
      const { server, begin } = await open()
      const mine = await begin()
      const form = { code: 'another-code' }
      const answer = await mine.browser.visit(mine.path(), { method: 'POST', form })
      return unlessRefusedUnasked(answer, server)
    },
  },
  {
    id: 'A38',
    title: 'a code and an error together',
    async run({ open }) {
      const { server, begin } = await open()
      const mine = await begin()
      const path = mine.path({ error: 'access_denied' })
      return unlessRefusedUnasked(await mine.browser.visit(path), server)
    },
  },
  {
    id: 'A39',
    title: 'an empty code on the callback: no redirect, no loop',
    async run({ open }) {
      const { server, begin } = await open()
      for (const path of ['/callback?code=&state=', '/callback']) {
        const mine = await begin()
        const how = unlessRefusedUnasked(await mine.browser.visit(path), server)
        if (how) return how
      }
    },
  },
  {
    id: 'A40',
    title: 'a code of 12 000 characters',
    async run({ open }) {
      const { server, begin } = await open()
      const mine = await begin()
      const path = mine.path({ code: 'x'.repeat(12_000) })
      return unlessRefusedUnasked(await mine.browser.visit(path), server)
    },
  },
  {
    id: 'A42',
    title: 'a code that tries to add a parameter',
    async run({ open }) {
      const { server, begin } = await open()
      const mine = await begin()
      const answer = await mine.browser.visit(mine.path({ code: 'x&client_id=evil' }))
      for (const { body } of server.calls)
        if (new URLSearchParams(body).getAll('client_id').join() !== 'shop')
          return 'the provider is sent another client'
      return unlessRefused(answer)
    },
  },
  {
    id: 'A43',
    title: 'markup in the provider’s error description',
    async run({ open }) {
      const { begin } = await open()
      for (const error of ['access_denied', 'server_error']) {
        const mine = await begin()
        const more = { error, error_description: '<script>alert(1)</script>', state: mine.state }
        const answer = await mine.browser.visit(`/callback?${new URLSearchParams(more)}`)
        const how = unlessRefused(answer)
        if (how) return how
        if (`${answer.message} ${answer.info?.message}`.includes('<script>'))
          return 'it is the message for people'
      }
    },
  },
]

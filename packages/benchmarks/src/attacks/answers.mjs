import { unless, unlessLeaks, unlessRefused } from './scene.mjs'
import { json, profile, SECRET, TOKEN, tokens } from './server.mjs'

const LEFT = 'left to the application'

const raw =
  (body, status = 200, headers = {}) =>
  (_req, res) =>
    res.writeHead(status, headers).end(body)

/** The same attack for several answers of the token endpoint; none may log anybody in. */
const tokenAnswers = (id, title, responders) => ({
  id,
  title,
  async run({ open }) {
    for (const [what, responder] of Object.entries(responders)) {
      const { server, begin, close } = await open()
      server.token = responder
      server.profile = profile()
      const mine = await begin()
      const how = unlessRefused(await mine.finish())
      await close()
      if (how) return `${what}: ${how}`
    }
  },
})

const profileAnswers = (id, title, responders, except) => ({
  id,
  title,
  except,
  async run({ open }) {
    for (const [what, responder] of Object.entries(responders)) {
      const { server, begin, close } = await open()
      server.profile = responder
      const mine = await begin()
      const answer = await mine.finish()
      await close()
      const how = unlessRefused(answer)
      if (how) return `${what}: ${how}`
    }
  },
})

/** What a provider, or who stands in its place, can answer. */
export const answers = [
  tokenAnswers('A47', '200 with an error and no token', {
    'an error': json({ error: 'invalid_grant' }),
    nothing: json({}),
  }),
  tokenAnswers('A48', 'a token under a status that is no success', {
    201: json({ access_token: TOKEN, token_type: 'Bearer' }, 201),
    206: json({ access_token: TOKEN, token_type: 'Bearer' }, 206),
    302: json({ access_token: TOKEN, token_type: 'Bearer' }, 302, { location: '/elsewhere' }),
    400: json({ access_token: TOKEN, token_type: 'Bearer' }, 400),
    500: json({ access_token: TOKEN, token_type: 'Bearer' }, 500),
  }),
  tokenAnswers('A49', '200 with a token and an error', {
    both: tokens({ error: 'server_error' }),
  }),
  tokenAnswers('A50', 'an answer that is not an object', {
    null: json(null),
    'a list': json([]),
    'a number': json(1),
    'a text': json('x'),
    nothing: raw('', 200, { 'content-type': 'application/json' }),
  }),
  tokenAnswers('A51', 'a token that is not a sane text', {
    'an object': tokens({ access_token: { a: 1 } }),
    'a list': tokens({ access_token: ['a'] }),
    'a number': tokens({ access_token: 7 }),
    true: tokens({ access_token: true }),
    empty: tokens({ access_token: '' }),
    spaces: tokens({ access_token: '  ' }),
    'a line break': tokens({ access_token: 'a\r\nx: 1' }),
    'other letters': tokens({ access_token: 'тэмдэг' }),
  }),
  {
    id: 'A52',
    title: '`__proto__` and `constructor` in the answers',
    async run({ open }) {
      const { app, server, begin } = await open()
      server.token = raw(
        `{"access_token":"${TOKEN}","token_type":"Bearer","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
        200,
        { 'content-type': 'application/json' },
      )
      server.profile = raw('{"sub":"ada","__proto__":{"polluted":1}}', 200, {
        'content-type': 'application/json',
      })
      const mine = await begin()
      const how = unless(await mine.finish(), 'success', 'fail', 'error')
      return how ?? ((await app.ask('polluted')) ? 'every object is changed' : undefined)
    },
  },
  tokenAnswers('A54', 'a page of HTML, another encoding', {
    html: raw('<html>maintenance</html>', 200, { 'content-type': 'text/html' }),
    'UTF-16': raw(Buffer.from(`{"access_token":"${TOKEN}","token_type":"Bearer"}`, 'utf16le')),
  }),
  tokenAnswers('A55', 'a token as a form, where JSON is specified', {
    form: raw(`access_token=${TOKEN}&token_type=Bearer`, 200, {
      'content-type': 'application/x-www-form-urlencoded',
    }),
  }),
  tokenAnswers('A56', 'another type of token', {
    mac: tokens({ token_type: 'mac' }),
    'an object': tokens({ token_type: {} }),
  }),
  profileAnswers(
    'A58',
    'a profile without a usable id',
    {
      missing: profile({ sub: undefined }),
      null: profile({ sub: null }),
      empty: profile({ sub: '' }),
      'an object': profile({ sub: { $gt: '' } }),
      'a list': profile({ sub: ['ada'] }),
      true: profile({ sub: true }),
    },
    { 'passport-oauth2': LEFT },
  ),
  {
    id: 'A60',
    except: { 'passport-oauth2': LEFT, 'openid-client': LEFT },
    title: 'the token answer names one user, the profile another',
    async run({ open }) {
      const { server, begin } = await open()
      server.token = tokens({ sub: 'ada' })
      server.profile = profile({ sub: 'mallory' })
      const mine = await begin()
      return unlessRefused(await mine.finish())
    },
  },
  profileAnswers('A65', 'the profile call fails after the token was given', {
    401: json({ error: 'invalid_token' }, 401),
    500: raw('', 500),
    html: raw('<html></html>'),
    null: json(null),
  }),
  {
    id: 'A83',
    title: 'the provider repeats our secret or token in its error',
    async run({ open }) {
      for (const at of ['token', 'profile']) {
        const { server, begin, close } = await open()
        const known = at === 'token' ? SECRET : `${SECRET} ${TOKEN}`
        server[at] = json({ error: 'server_error', error_description: known }, 400)
        const mine = await begin()
        const answer = await mine.finish()
        await close()
        const how =
          unlessRefused(answer) ??
          unlessLeaks(answer.message, answer.printed, JSON.stringify(answer.info))
        if (how) return `${at}: ${how}`
      }
    },
  },
]

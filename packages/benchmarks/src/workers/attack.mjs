import http from 'node:http'
import { inspect } from 'node:util'
import { ANSWERS } from '../answers.mjs'
import { CALLBACK_PATH, CONTENDERS, SECRET } from '../contenders.mjs'
import { createRequest, createSession } from '../passport.mjs'
import { argument, serve } from '../processes.mjs'

// Attacks on one contender, without a framework: the argument is its name.
const { name } = argument()
const contender = CONTENDERS.get(name)
const JSON_TYPE = { 'content-type': 'application/json' }
const MEGABYTE = Buffer.alloc(1_048_576, ' ')

/** The provider's answers, by the last part of the path. Attacks replace them. */
const answers = { token: undefined, userinfo: undefined }
let calls = []
let sent = 0
const rightBody = (req) => ANSWERS[req.url.split('?')[0]]
/** Answers with this status and JSON, which may depend on the right answer. */
const answer = (status, bodyOf, headers) => (req, res) =>
  res.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify(bodyOf(rightBody(req))))
const right = answer(200, (body) => body)
const provider = http.createServer((req, res) => {
  const kind = req.url.split('?')[0].split('/').at(-1)
  calls.push(kind)
  req.resume()
  req.once('end', () => (answers[kind] ?? right)(req, res))
})
await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${provider.address().port}`
const strategy = contender.create(await contender.load(), url, { timeout: 1000 })

/** The action that a request ends in. */
function attempt(req) {
  return new Promise((resolve) => {
    const run = Object.create(strategy)
    for (const action of ['success', 'fail', 'redirect', 'error'])
      run[action] = (value) => resolve({ action, value })
    run.authenticate(req, {})
  })
}

/** A browser. `begin` starts a login and returns what the provider must send back. */
function browser() {
  const session = createSession()
  const visit = (what, more) => attempt(Object.assign(createRequest(what, session), more))
  async function begin() {
    const started = contender.starts ? await visit({ url: '/auth/login' }) : {}
    return contender.callback(started.value)
  }
  return { visit, begin, logIn: async () => visit(await begin()) }
}

const refused = ({ action }) => (action === 'fail' || action === 'error' ? undefined : 'logs in')
const given = ({ action }) => (action === 'success' ? undefined : 'the login is lost')
/** How a login with this token answer ends. */
const withToken = (respond) => async () => {
  answers.token = respond
  return refused(await browser().logIn())
}
/** The right token answer with its token replaced. */
const tokenOf = (value) =>
  answer(200, (original) => {
    const body = structuredClone(original)
    ;(body.data ?? body).access_token = value
    return body
  })
const redirect = (at) => async () => {
  answers[at] = (req, res) =>
    answer(302, (body) => body, { location: `${url}/elsewhere${req.url}` })(req, res)
  return refused(await browser().logIn())
}

const NOTHING = 'nothing to attack'

// the table in docs/how-it-is-tested.md has these names, with the ids of SECURITY.md
/** The attacks. Each returns undefined if the contender holds; otherwise what happened. */
const ATTACKS = {
  async 'A08 a forged callback, then the real one'() {
    const mine = browser()
    const genuine = await mine.begin()
    const text = JSON.stringify(genuine).replace(
      /((?:state=|"login":"))[^&"]+/,
      (_, key) => `${key}${'f'.repeat(22)}`,
    )
    if (text === JSON.stringify(genuine)) return NOTHING
    await mine.visit(JSON.parse(text))
    return given(await mine.visit(genuine))
  },
  async 'A11 two tabs: the one that started first is finished'() {
    const mine = browser()
    const first = await mine.begin()
    await mine.begin()
    return given(await mine.visit(first))
  },
  async 'A13 a login that was started a day ago'() {
    if (!contender.starts) return NOTHING
    const mine = browser()
    const callback = await mine.begin()
    const now = Date.now
    Date.now = () => now() + 86_400_000
    return refused(await mine.visit(callback))
  },
  async 'A31 HEAD on the callback'() {
    const mine = browser()
    const callback = await mine.begin()
    await mine.visit(callback, { method: 'HEAD' })
    return calls.length > 0 ? 'HEAD uses up the code' : undefined
  },
  async 'A32 a browser that fetches the callback in advance'() {
    const mine = browser()
    const callback = await mine.begin()
    const headers = { host: 'shop.example', 'sec-purpose': 'prefetch' }
    await mine.visit(callback, { headers, get: (field) => headers[field.toLowerCase()] })
    return calls.length > 0 ? 'uses up the code' : undefined
  },
  async 'A39 an empty code on the callback'() {
    const { action } = await browser().visit({ url: `${CALLBACK_PATH}?code=&state=` })
    return action === 'redirect' ? 'starts another login' : undefined
  },
  'A48 a token under status 201': withToken(answer(201, (body) => body)),
  'A49 200 with a token and an error': withToken(
    answer(200, (body) => ({ ...body, error: 'server_error' })),
  ),
  'A50 `null` in place of the tokens': withToken(answer(200, () => null)),
  'A51 an object in place of the token': withToken(tokenOf({ a: 1 })),
  'A55 a token as a form, where JSON is specified': withToken((_req, res) =>
    res.end('access_token=abcdefgh&token_type=Bearer'),
  ),
  'A66 no answer at all': withToken(() => {}),
  'A68 an answer that is cut short': withToken((_req, res) => {
    res.writeHead(200, { ...JSON_TYPE, 'content-length': 500 })
    res.write('{"access_', () => res.destroy())
  }),
  async 'A69 an answer of 60 MB'() {
    answers.token = (_req, res) => {
      res.writeHead(200, JSON_TYPE)
      const more = () => {
        while (sent < 60) {
          sent++
          if (!res.write(MEGABYTE)) return res.once('drain', more)
        }
        res.end('{}')
      }
      more()
    }
    const how = refused(await browser().logIn())
    // a few megabytes are sent before anything is read; a deadline may end the rest
    return how ?? (sent > 20 ? 'reads it without a limit' : undefined)
  },
  'A71 a redirect of the token request that has tokens in its body': redirect('token'),
  'A73 a redirect of the profile request': redirect('userinfo'),
  'A82 the strategy is printed': () => printed(strategy),
  async 'A83 the provider repeats our secret in its error'() {
    answers.token = answer(400, () => ({ error: 'x', error_description: SECRET }))
    return printed((await browser().logIn()).value)
  },
  async 'split a letter of two bytes that arrives in two parts'() {
    answers.userinfo = (req, res) => {
      const bytes = Buffer.from(
        JSON.stringify(rightBody(req)).replace(/Ada|Bat|Мария|Nguy.n/, 'Баяр'),
      )
      const cut = bytes.indexOf('Баяр') + 1
      res.writeHead(200, { ...JSON_TYPE, 'content-length': bytes.length })
      res.write(bytes.subarray(0, cut), () => setTimeout(() => res.end(bytes.subarray(cut)), 20))
    }
    const { value } = await browser().logIn()
    return inspect(value, { depth: 5 }).includes('�') ? 'a letter is lost' : undefined
  },
}

function printed(value) {
  return inspect(value, { depth: 10, showHidden: true }).includes(SECRET)
    ? 'prints the client secret'
    : undefined
}

serve({
  list: () => Object.keys(ATTACKS),
  run(attack) {
    calls = []
    return ATTACKS[attack]()
  },
})

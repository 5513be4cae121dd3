import { createRequire } from 'node:module'
import { CALLBACK_URL, CLIENT_ID, CLIENT_SECRET } from '../contenders/application.mjs'
import { CONTENDERS, OURS } from '../contenders/index.mjs'
import { authenticate, createRequest, createSession } from '../harness/passport.mjs'
import { serve } from '../harness/serve.mjs'

const require = createRequire(import.meta.url)
const { memoryOnce } = require('passport-code-flow')

// The three strategies in one process; the argument is the provider's URL.
const url = process.argv[2]
const CONCURRENT = 16
// full after a few thousand logins: what grows afterwards is no memory of codes
const once = memoryOnce({ max: 5000 })
const PLACES = {
  'passport-monpay': { baseURL: `${url}/monpay` },
  'passport-zalopay-pkce': { baseURL: `${url}/zalopay`, launchURL: '/auth/zalopay/launch' },
  'passport-moneypools': { baseURL: `${url}/moneypools` },
}
const crews = OURS.map((name) => {
  const contender = CONTENDERS.get(name)
  const options = {
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    callbackURL: CALLBACK_URL,
    timeout: 500,
    once,
    ...PLACES[name],
  }
  const verify = (_accessToken, _refreshToken, profile, done) => done(null, profile)
  return { contender, strategy: new (contender.load().Strategy)(options, verify) }
})

const warnings = []
process.on('warning', (warning) => warnings.push(String(warning)))
const outcomes = {}
let begun = 0

async function logIn() {
  const { contender, strategy } = crews[begun++ % crews.length]
  const session = createSession()
  const location = contender.starts
    ? await authenticate(strategy, createRequest({ url: '/auth/login' }, session))
    : undefined
  const req = createRequest(contender.callback(location), session)
  const outcome = await authenticate(strategy, req).then(
    () => 'ok',
    ({ code }) => code ?? 'refused',
  )
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  if (req.socket.listenerCount('close') > 0) throw new Error('a listener stays on the request')
}

serve({
  async run(count) {
    let left = count
    const one = async () => {
      while (left-- > 0) await logIn()
    }
    await Promise.all(Array.from({ length: CONCURRENT }, one))
    globalThis.gc()
    const { rss, heapUsed } = process.memoryUsage()
    const listeners = process
      .eventNames()
      .reduce((sum, name) => sum + process.listenerCount(name), 0)
    return {
      done: begun,
      refused: begun - (outcomes.ok ?? 0),
      resident: rss / 2 ** 20,
      heap: heapUsed / 2 ** 20,
      listeners,
    }
  },
  end: () => ({ outcomes, warnings }),
})

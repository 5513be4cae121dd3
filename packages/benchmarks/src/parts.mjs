import { createRequire } from 'node:module'
import { CALLBACK_URL, CLIENT_ID, CLIENT_SECRET, nextCode } from './contenders/application.mjs'
import { CONTENDERS } from './contenders/index.mjs'
import { createPreparer } from './harness/passport.mjs'
import { startProvider } from './harness/rounds.mjs'
import { median, ratio } from './harness/statistics.mjs'
import { writeBetween } from './report/file.mjs'
import { print, ranBy, table } from './report/performance.mjs'

// `pnpm bench:parts`: what each part of passport-monpay's callback adds to the floor. All of them run in
// turn in this one process, so that they meet the same machine code and the same disturbances.
const ROUNDS = 40
const LOGINS = 300
const CONCURRENT = [1, 32]

const require = createRequire(import.meta.url)
const core = (name) => require(`../../passport-code-flow/dist/${name}.js`)
const { Deadline } = core('deadline')
const { exchangeCode, fetchProfile } = core('exchange')
const { send } = core('http')
const { codeKey, memoryOnce } = core('once')
const { monpay } = require('../../passport-monpay/dist/provider.js')

const server = await startProvider()
const url = await server.ask('url')
const provider = monpay({
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: CALLBACK_URL,
  baseURL: `${url}/monpay`,
})
const transport = { headers: { 'user-agent': 'parts' }, maxResponseBytes: 65_536 }
const once = memoryOnce()

async function sendBoth(code, deadline) {
  const token = await send(provider.tokenRequest({ code }), transport, deadline)
  await send(provider.profileRequest(token.json.access_token), transport, deadline)
}

async function exchange(code, deadline) {
  const line = { provider, transport, deadline, secrets: [] }
  const { tokens, subject } = await exchangeCode(line, { code, codeVerifier: '' })
  await fetchProfile(line, tokens.accessToken, subject)
}

async function claimAndExchange(code, deadline) {
  await deadline.bound(once.claim(codeKey('monpay', code), 3_600_000))
  await exchange(code, deadline)
}

/** Makes a part of the core a login of its own, within a deadline. */
function part(run) {
  return () => {
    const code = nextCode()
    return async () => {
      const deadline = new Deadline(10_000)
      await run(code, deadline)
      deadline.clear()
    }
  }
}

const whole = (name) => createPreparer(CONTENDERS.get(name), url)
const members = [
  ['floor: two calls of `node:http`', await whole('floor (MonPay)')],
  ['the same calls by the core: deadline, limits, no redirects, one repeat', part(sendBoth)],
  ['and their answers read and checked', part(exchange)],
  ['and the code claimed in the single-use guard', part(claimAndExchange)],
  [
    'passport-monpay: and the request read, the browser watched, verify called',
    await whole('passport-monpay'),
  ],
  ['passport-oauth2, for comparison', await whole('passport-oauth2')],
].map(([title, prepare]) => ({ title, prepare, cpu: new Map(CONCURRENT.map((n) => [n, []])) }))

/** CPU of so many logins, µs per login. */
async function measure({ prepare }, concurrent, count) {
  const prepared = []
  for (let i = 0; i < count; i++) prepared.push(await prepare())
  const before = process.cpuUsage()
  const one = async () => {
    while (prepared.length > 0) await prepared.pop()()
  }
  await Promise.all(Array.from({ length: concurrent }, one))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

for (const member of members) await measure(member, 8, 5000)
for (let round = 0; round < ROUNDS; round++)
  for (const concurrent of CONCURRENT)
    for (const member of round % 2 ? members : members.toReversed())
      member.cpu.get(concurrent).push(await measure(member, concurrent, LOGINS))
await server.stop()

const [floor] = members
const cells = ({ cpu }) =>
  CONCURRENT.flatMap((n) => [
    median(cpu.get(n)).toFixed(0),
    ratio(cpu.get(n), floor.cpu.get(n)).toFixed(2),
  ])
const head = ['', ...CONCURRENT.flatMap((n) => [`µs, ${n} at a time`, '× floor'])]
const rows = members.map((one) => [one.title, ...cells(one)])
print({ title: 'The parts of a callback', head, rows })
writeBetween(
  'docs/performance.md',
  'parts',
  [ranBy('pnpm bench:parts'), '', ...table(head, rows)].join('\n'),
)

import { Agent } from 'node:http'
import { Duplex } from 'node:stream'
import * as fc from 'fast-check'
import { memoryOnce, type Once, type Profile, type TokenParams } from '../../src/index.js'
import { type Kind, KINDS, type Provider } from '../attacks/support/kinds.js'
import { attempt, createSession, request, type Result } from '../support/bare.js'
import { hostileText, hostileValue, type Law } from './hostile.js'

type Json = Record<string, unknown>

interface Reply {
  status: number
  body: string
}

/** Connections that end in this process: what a provider answers is said beforehand. */
class RehearsedAgent extends Agent {
  replies: Reply[] = []

  override createConnection(): Duplex {
    const { status: code, body: text } = this.replies.shift() ?? { status: 404, body: '' }
    const connection = new Duplex({
      read() {},
      write: (_chunk, _encoding, done) => done(),
    })
    const body = Buffer.from(text)
    const head = `HTTP/1.1 ${code} X\r\ncontent-length: ${body.length}\r\nconnection: close`
    setImmediate(() => {
      connection.push(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]))
      connection.push(null)
    })
    return connection
  }
}

const SECRET = 'marker-client-secret'
const TOKEN = 'marker-access-token'

/** A guard that forgets before each login: all of them bring the same code. */
let memory = memoryOnce()
const once: Once = { claim: (key, ttlMs) => memory.claim(key, ttlMs) }

const agent = new RehearsedAgent()

/** What verify was given is the user. */
interface User {
  accessToken: string
  params: TokenParams
  profile: Profile
}

const verify = (
  accessToken: string,
  _refreshToken: string | undefined,
  params: TokenParams,
  profile: Profile,
  done: (error: null, user: User) => void,
) => done(null, { accessToken, params, profile })

/** A provider: its right answers, and where its pages put tokens, ids and errors. */
interface Subject {
  token: Json
  profile: Json
  tokenOf(answer: Json): unknown
  idOf(answer: Json): unknown
  errorOf(answer: Json): unknown
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Json)[name] : undefined

/** True for an object that is no list. */
const isPlain = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value, unless it stands for nothing: PHP and others write no error in many ways. */
function something(value: unknown): unknown {
  const isEmpty =
    typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value
  return isEmpty || value === '0' || String(value).trim() === '' ? undefined : value
}

const { monpay, zalopay, moneypools } = KINDS

const SUBJECTS: Record<Kind['name'], Subject> = {
  monpay: {
    token: monpay.tokens({ access_token: TOKEN, refresh_token: 'r', expires_in: 3600 }),
    profile: monpay.profile(7, { userFirstname: 'Бат', userEmail: 'a@b.c', userPhone: 99112233 }),
    tokenOf: ({ access_token: token }) =>
      typeof token === 'string' ? token.replace(/^Bearer /i, '') : token,
    idOf: ({ result }) => member(result, 'userId'),
    errorOf: ({ error, intCode }) => something(error) ?? something(intCode),
  },
  zalopay: {
    token: zalopay.tokens({ access_token: TOKEN, refresh_token: 'r', expires_in: 3_600_000 }),
    profile: zalopay.profile('m1', {
      display_name: 'Hồng',
      avatar: 'https://a.test/b',
      user_phone: 84,
    }),
    tokenOf: ({ data }) => member(data, 'access_token'),
    idOf: ({ data }) => member(data, 'muid'),
    errorOf: ({ error }) => (isPlain(error) ? error : something(error)),
  },
  moneypools: {
    token: moneypools.tokens({ access_token: TOKEN }),
    profile: moneypools.profile('1', {
      user_name: 'ada',
      user_firstname: 'A',
      user_picture: 'p/q.jpg',
    }),
    tokenOf: ({ access_token: token }) => token,
    idOf: ({ user_info: user }) => member(user, 'user_id'),
    errorOf: ({ error }) => something(error),
  },
}

const NAMES = [
  ['access_token', 'refresh_token', 'expires_in', 'token_type', 'error', 'error_description'],
  ['message', 'data', 'muid', 'userId', 'user_id', 'user_info', 'result', 'code', 'intCode'],
  ['display_name', 'avatar', 'user_phone', 'user_name', 'user_firstname', 'user_picture'],
  ['user_email', 'userEmail', 'userPhone', 'userFirstname', 'profile_cover', '__proto__'],
  ['constructor', 'toString', 'refresh_expires_in', 'details'],
].flat()

/** Puts a value under a name, at the top or in every object below it. */
function put(into: Json, name: string, value: unknown, deep: boolean): Json {
  const entries = Object.entries(into).map(([key, one]) =>
    deep && typeof one === 'object' && one !== null && !Array.isArray(one)
      ? [key, put(one as Json, name, value, deep)]
      : [key, one],
  )
  return Object.fromEntries([...entries, [name, value]])
}

const NOT_JSON = ['', ' ', '<html>', '{"access_token":"', 'null', '[]', '\ufeff{}', '{}x', 'NaN']
const STATUSES = [201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 415, 429, 500, 503, 505]

const status = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  fc.constantFrom(...STATUSES),
  fc.integer({ min: 200, max: 599 }),
)

const change = fc.tuple(
  fc.constantFrom(...NAMES),
  fc.oneof(hostileValue, fc.constant(TOKEN), fc.constant(`error ${SECRET}`)),
  fc.boolean(),
)

/** The right answer, that with some values changed, or something else altogether. */
function reply(right: Json): fc.Arbitrary<Reply> {
  const changed = fc
    .array(change, { maxLength: 3 })
    .map((changes) => changes.reduce((so, [name, ...more]) => put(so, name, ...more), right))
  const values = fc.oneof({ weight: 5, arbitrary: changed }, hostileValue)
  const texts = fc.oneof(fc.constantFrom(...NOT_JSON), hostileText)
  const body = fc.oneof(
    { weight: 3, arbitrary: values.map((value) => JSON.stringify(value)) },
    texts,
  )
  return fc.record({ status, body })
}

/** A body as providers' functions get it: without members named `__proto__`. */
function parse(text: string): Json {
  const drop = (key: string, value: unknown) => (key === '__proto__' ? undefined : value)
  try {
    return Object(JSON.parse(text.replace(/^\ufeff/, ''), drop))
  } catch {
    return {}
  }
}

/** Logs in through a whole strategy, whose provider answers with these two. */
function logInWith({ create, starts, parameter }: Kind): (replies: Reply[]) => Promise<Result> {
  const callbackURL = 'https://shop.test/callback'
  const client = { clientID: '7', clientSecret: SECRET, url: 'http://127.0.0.1:9', callbackURL }
  const options = { agent, once, ...(parameter === 'auth_key' && { tokenMethod: 'POST' }) }
  const strategy = create({ ...client, userInfoURL: '/user' } as Provider, options, verify)
  return async (replies) => {
    memory = memoryOnce()
    agent.replies = [...replies]
    const session = createSession()
    if (starts) await attempt(strategy, request('/login', { session }))
    return attempt(strategy, request(`/callback?${parameter}=0123456789abcdef`, { session }))
  }
}

/** True when nothing in the answers speaks against this user. */
function mayLogIn(subject: Subject, [token, profile]: [Reply, Reply], user: User): boolean {
  const [tokens, person] = [parse(token.body), parse(profile.body)]
  const id = subject.idOf(person)
  const { expires_at: end } = user.params
  return (
    token.status === 200 &&
    profile.status === 200 &&
    subject.errorOf(tokens) === undefined &&
    subject.errorOf(person) === undefined &&
    user.accessToken === subject.tokenOf(tokens) &&
    /^[\x21-\x7e]{1,16384}$/.test(user.accessToken) &&
    (typeof id === 'string' || typeof id === 'number') &&
    user.profile.id === String(id) &&
    !['', '0', 'NaN'].includes(user.profile.id) &&
    (end === undefined || !Number.isNaN(end.getTime())) &&
    isClean(user.profile)
  )
}

/** True for a profile whose members are texts, lists of them, or absent. */
function isClean(profile: Profile): boolean {
  const { displayName, username, gender, birthday, profileUrl } = profile
  const { emails, phoneNumbers, photos, name } = profile
  const texts = [displayName, username, gender, birthday, profileUrl, ...Object.values(name ?? {})]
  const listed = [emails, phoneNumbers, photos].flatMap((list) => list?.map(({ value }) => value))
  const given = [...texts, ...listed].filter((text) => text !== undefined)
  return (
    Object.values(profile).every((value) => value !== undefined) &&
    given.every((text) => typeof text === 'string' && text.trim() !== '') &&
    (photos ?? []).every(({ value }) => /^https?:\/\//i.test(value)) &&
    URL.canParse(profileUrl ?? 'https://x.test')
  )
}

const CODES =
  /^(bad_response|provider_error|redirect_refused|network|config|profile_failed|no_subject)$/

/** True for a failure that says what the provider did, and nothing that is secret. */
function isTold(result: Result, secrets: string[]): boolean {
  const spoken = result.action === 'error' ? result.error : undefined
  const { message = '', cause } = spoken ?? {}
  const printed = JSON.stringify(result) + message + String(cause instanceof Error && cause.message)
  if (secrets.some((secret) => printed.includes(secret))) return false
  if (result.action === 'fail') return result.info.code === 'invalid_code'
  // these words are for what nobody has foreseen
  if (message.includes('see the cause')) return false
  return result.action === 'error' && CODES.test(String(result.error['code']))
}

export const answerLaws: Law[] = Object.values(KINDS).map((kind) => {
  const subject = SUBJECTS[kind.name]
  const logIn = logInWith(kind)
  const anyReplies = fc.tuple(reply(subject.token), reply(subject.profile))
  return {
    runs: 750,
    name: `${kind.name}: any two answers end in one outcome, a login needing a right token and user`,
    property: fc.asyncProperty(anyReplies, async (replies) => {
      const result = await logIn(replies)
      if (Object.keys(Object.prototype).length > 0) return false
      if (result.action === 'success') return mayLogIn(subject, replies, result.user as User)
      const isGiven = subject.tokenOf(parse(replies[0].body)) === TOKEN
      return isTold(result, isGiven ? [SECRET, TOKEN] : [SECRET])
    }),
  }
})

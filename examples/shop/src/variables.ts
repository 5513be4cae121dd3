import { z } from 'zod'

const text = z.string()
const secret = text.min(32, 'must have at least 32 characters, made at random')
const level = oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')
const encoding = oneOf('auto', 'hex', 'raw')
const web = address('http', 'https')
const siteURL = web
  .transform((value) => new URL(value))
  .refine(
    (url) => url.href === `${url.origin}/`,
    'must be an origin such as https://shop.example, without a path',
  )
const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value
const origins = text
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .refine((list) => list.every(isOrigin), 'must be origins such as https://host.example')
  .transform((list) => (list.length > 0 ? list : undefined))

function oneOf<const T extends string>(...words: T[]) {
  return z.enum(words, `must be one of ${words.join(', ')}`)
}

/** An address as it was written: providers compare it letter by letter. */
function address(...schemes: string[]) {
  const error = `must be an address that starts with ${schemes.join(':// or ')}://`
  return text.pipe(z.url({ protocol: new RegExp(`^(${schemes.join('|')})$`), error }))
}

function wholeNumber(lowest: number, highest: number) {
  const error = `must be a whole number from ${lowest} to ${highest}`
  const digits = text.regex(/^\d+$/, error).transform(Number)
  return digits.pipe(z.number().min(lowest, error).max(highest, error))
}

/** What the README says. `absent` tells what happens without a variable that has no default. */
type Meaning = { about: string; absent?: string }

function variable<T extends z.ZodType>(name: string, kind: T, meaning: Meaning): T {
  return kind.meta({ name, ...meaning })
}

/** All environment variables. A test holds the README's table to it. */
export const VARIABLES = {
  site: z.object({
    port: variable('PORT', wholeNumber(0, 65_535).default(3000), { about: 'port to listen on' }),
    host: variable('HOST', text.optional(), {
      about: 'address to listen on',
      absent: '`127.0.0.1` when `BASE_URL` is on this machine, else all addresses',
    }),
    baseURL: variable('BASE_URL', siteURL.optional(), {
      about: 'where people reach the site; an origin without a path',
      absent: '`http://localhost:PORT`',
    }),
    sessionSecret: variable('SESSION_SECRET', secret.optional(), {
      about: 'signs the session cookie; at least 32 random characters',
      absent: 'random on `localhost`, else required',
    }),
    frameAncestors: variable('FRAME_ANCESTORS', origins.optional(), {
      about: 'origins of sites that may show this one in a frame, such as `https://host.example`',
      absent: 'none may',
    }),
    trustProxy: variable('TRUST_PROXY', wholeNumber(0, 10).default(0), {
      about: 'number of reverse proxies in front; 1 or more when `BASE_URL` is https',
    }),
    databaseURL: variable('DATABASE_URL', address('postgres', 'postgresql').optional(), {
      about: 'PostgreSQL for accounts (and for sessions without Redis)',
      absent: 'embedded file',
    }),
    databaseConnections: variable('DATABASE_CONNECTIONS', wholeNumber(1, 1000).default(10), {
      about: 'connections to PostgreSQL per process, at most',
    }),
    redisURL: variable('REDIS_URL', address('redis', 'rediss').optional(), {
      about: 'Redis for sessions, used codes and rate limits',
      absent: 'the database; rate limits per process',
    }),
    dataDir: variable('DATA_DIR', text.optional(), {
      about: 'folder of the embedded database',
      absent: '`examples/shop/data`',
    }),
    logLevel: variable('LOG_LEVEL', level.default('info'), {
      about: '`fatal` … `trace`, `silent`; JSON lines, and lines for people in the demo',
    }),
  }),
  monpay: z.object({
    clientID: variable('MONPAY_CLIENT_ID', text, { about: 'as MobiFinance sent it' }),
    clientSecret: variable('MONPAY_CLIENT_SECRET', text, { about: 'as MobiFinance sent it' }),
    baseURL: variable('MONPAY_BASE_URL', web, { about: "MonPay's address" }),
    callbackURL: variable('MONPAY_CALLBACK_URL', web.optional(), {
      about: 'exactly the redirect URL that is registered with MonPay',
      absent: '`BASE_URL/auth/monpay`',
    }),
  }),
  zalopay: z.object({
    clientID: variable('ZALOPAY_CLIENT_ID', text, { about: 'the numeric app id' }),
    clientSecret: variable('ZALOPAY_CLIENT_SECRET', text, { about: 'the `x-secret-key`' }),
    baseURL: variable('ZALOPAY_BASE_URL', web, { about: "ZaloPay's API" }),
    sdkURL: variable('ZALOPAY_SDK_URL', web, { about: "ZaloPay's in-app script" }),
    userInfoURL: variable('ZALOPAY_USER_INFO_URL', text, {
      about: "the address or the path of user info, which ZaloPay's page shows",
    }),
    challengeEncoding: variable('ZALOPAY_CHALLENGE_ENCODING', encoding.optional(), {
      about: '`auto`, `hex` or `raw`: how ZaloPay reads the PKCE challenge',
      absent: '`auto`',
    }),
    callbackURL: variable('ZALOPAY_CALLBACK_URL', web.optional(), {
      about: 'the registered callback',
      absent: '`BASE_URL/auth/zalopay/callback`',
    }),
  }),
  moneypools: z.object({
    clientID: variable('MONEYPOOLS_CLIENT_ID', text, { about: 'app id of the Sngine app' }),
    clientSecret: variable('MONEYPOOLS_CLIENT_SECRET', text, { about: 'its secret' }),
    baseURL: variable('MONEYPOOLS_BASE_URL', web, {
      about: '`https://cs.moneypoolscash.com`, or any other Sngine site',
    }),
    callbackURL: variable('MONEYPOOLS_CALLBACK_URL', web.optional(), {
      about: 'the registered redirect URL',
      absent: '`BASE_URL/auth/moneypools/callback`',
    }),
  }),
}

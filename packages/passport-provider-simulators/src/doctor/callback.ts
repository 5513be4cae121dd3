import { randomHex } from '../ids.js'
import { ask, type Question, type Reply } from './ask.js'
import { type Finding, type Findings, check, ok, unknown, wrong } from './finding.js'

interface Callback {
  url: URL
  /** The name of the parameter with the code. */
  name: string
  /** The cookies of a start. With them the application sends the code to the provider. */
  cookie: string
  /** True when that start has started a login, which the callback must find. */
  isStarted: boolean
}

interface Way {
  what: string
  question: Question
  /** The status of a callback that checks the request before the code. */
  refusal: number
  advice: string
}

const WAYS: Way[] = [
  {
    what: 'a HEAD request',
    question: { method: 'HEAD' },
    refusal: 405,
    advice:
      'Does passport.authenticate run on this path? A proxy that caches makes GET of HEAD: it must cache no login.',
  },
  {
    what: 'a prefetch',
    question: { headers: { 'sec-purpose': 'prefetch' } },
    refusal: 403,
    advice: 'Does a proxy remove Sec-Purpose, or is fetchMetadata off?',
  },
]

/** The application answers 429. After that, its answers say nothing about codes. */
class Limited extends Error {}

/** Whether link previews and prefetches use up a visitor's code, and whether the page leaks it. */
export async function examineCallback(callback: Callback): Promise<Findings> {
  return examineAnswers(callback).catch((error: unknown) => {
    if (!(error instanceof Limited)) throw error
    return check('the application limits the requests to its callback', 'Try again later.')
  })
}

async function examineAnswers(callback: Callback): Promise<Findings> {
  const { url } = callback
  const head = await ask(url, { method: 'HEAD' })
  if (head.status === 404) return examinePost(callback)
  if (head.status >= 500)
    return wrong(`the callback answers with ${head.status}`, 'Read the log of the application.')
  if (head.status === 429) throw new Limited()
  const code = randomHex()
  const reply = await bring(code, callback)
  const answers = { first: outcome(reply), second: outcome(await bring(code, callback)) }
  const session = callback.isStarted && (await examineSession(callback, reply))
  const ways: Finding[] = []
  for (const way of WAYS) ways.push(await examineWay(way, callback, answers))
  const policy = reply.headers['referrer-policy']
    ? ok('the callback has a Referrer-Policy')
    : check(
        'the callback has no Referrer-Policy',
        'Send no-referrer: the address has a code in it.',
      )
  return [session, ways, policy]
}

/** A page of the application may post the code. Then no preview of a link can use it up. */
async function examinePost({ url, name }: Callback): Promise<Finding> {
  const { status } = await ask(url, { method: 'POST', form: { [name]: randomHex() } })
  return status === 404
    ? wrong(`there is no route at ${url.pathname}`, 'Mount the strategy at the callback URL.')
    : ok('the callback takes a code only by POST')
}

/** The cookie of a start must change how the callback answers a code. */
async function examineSession(callback: Callback, reply: Reply): Promise<Finding> {
  const without = await bring(randomHex(), { ...callback, cookie: '' })
  if (outcome(reply) !== outcome(without)) return ok('the callback finds the login of a start')
  return unknown(
    `the callback answers with ${reply.status}, with the cookie of a start and without it`,
    'If logins fail with no_pending_login, the session is lost: look at its store and its cookie.',
  )
}

/**
 * An application may answer a refusal with any status. So a request with the same code follows. Its
 * answer is compared with the answers to a new code and to a used code. This shows if the code is
 * used up.
 */
async function examineWay(
  { what, question, refusal, advice }: Way,
  callback: Callback,
  { first, second }: Record<'first' | 'second', string>,
): Promise<Finding> {
  const code = randomHex()
  const { status } = await bring(code, callback, question)
  const after = first === second ? undefined : outcome(await bring(code, callback))
  if (after === first) return ok(`${what} to the callback uses up no code`)
  if (after === second) return wrong(`${what} to the callback uses up the code`, advice)
  if (status === refusal) return ok(`the callback refuses ${what}`)
  return check(
    `the callback answers ${what} with ${status}, which does not show whether a code is used up`,
    `${refusal} would be a refusal. ${advice}`,
  )
}

async function bring(code: string, { url, name, cookie }: Callback, how: Question = {}) {
  const asked = new URL(url)
  asked.searchParams.set(name, code)
  const reply = await ask(asked, { ...how, headers: { ...(cookie && { cookie }), ...how.headers } })
  if (reply.status === 429) throw new Limited()
  return reply
}

/** The part of an answer that is compared. The text of a page may differ each time. */
function outcome({ status, headers }: Reply): string {
  return `${status} ${headers.location ?? ''}`
}

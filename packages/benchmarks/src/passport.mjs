import { EventEmitter } from 'node:events'

/** A session whose store answers in the next turn of the event loop, as express-session's does. */
export function createSession() {
  // not enumerable: a store keeps only the data
  return Object.defineProperty({}, 'save', {
    value: (done) => setImmediate(() => done()),
    configurable: true,
  })
}

/** A request as Passport gets it from Express. */
export function createRequest({ url, body, origin }, session) {
  const { searchParams } = new URL(url, 'http://shop.example')
  const headers = { host: 'shop.example', accept: 'text/html', ...(origin && { origin }) }
  return {
    method: body ? 'POST' : 'GET',
    url,
    originalUrl: url,
    headers,
    headersDistinct: {},
    query: Object.fromEntries(searchParams),
    body,
    session,
    sessionID: 'Zm9vYmFyYmF6cXV4MTIzNA',
    protocol: 'https',
    host: 'shop.example',
    get: (name) => headers[name],
    // Passport's own middleware puts it there
    logIn: () => {},
    app: { get: () => () => false },
    socket: createSocket(),
  }
}

/** A connection as in node:http: it always has listeners. */
function createSocket() {
  return new EventEmitter().on('error', () => {}).on('timeout', () => {})
}

/** Runs a strategy as Passport does; resolves with the URL of a redirect, or with the user. */
function authenticate(strategy, req, options = {}) {
  return new Promise((resolve, reject) => {
    const run = Object.create(strategy)
    run.success = resolve
    run.redirect = resolve
    run.error = reject
    run.fail = (info, status) => reject(new Error(`refused ${status}: ${JSON.stringify(info)}`))
    run.authenticate(req, options)
  })
}

/**
 * Returns a function that prepares one login up to its callback. The function's result runs the
 * callback.
 */
export async function createPreparer(contender, url) {
  if (contender.logIn) {
    const logIn = contender.logIn(url)
    return { prepare: () => logIn }
  }
  const strategy = contender.create(await contender.load(), url)
  const prepareStart = (session) => {
    const req = createRequest({ url: '/auth/login' }, session)
    return () => authenticate(strategy, req)
  }
  async function prepare() {
    const session = createSession()
    const location = contender.starts ? await prepareStart(session)() : undefined
    const req = createRequest(contender.callback(location), session)
    return () => authenticate(strategy, req)
  }
  return { prepare, prepareStart }
}

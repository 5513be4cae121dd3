// One request to a strategy, without a framework, and servers on free ports.
const events = require('node:events')

/** Its outcome: `{ end, url?, info?, user? }`. `end` has the code of a failure or an error. */
exports.visit = (strategy, url, { options, ...more } = {}) =>
  new Promise((resolve) => {
    const run = Object.create(strategy)
    run.success = (user, info) => resolve({ end: 'success', user, info })
    run.fail = (info) => resolve({ end: `fail ${info.code}`, info })
    run.redirect = (to) => resolve({ end: 'redirect', url: to })
    run.error = (error) => resolve({ end: `error ${error.code}`, error })
    const query = Object.fromEntries(new URL(url, 'http://shop.test').searchParams)
    const req = { method: 'GET', url, originalUrl: url, headers: {}, query, ...more }
    run.authenticate(req, options)
  })

/** A server, or an application of Express or Koa, on a free port of this machine. */
exports.listen = async (app) => {
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const { port } = server.address()
  return { url: `http://127.0.0.1:${port}`, port, close: () => end(server) }
}

/** Closes a server, also when connections are open. */
async function end(server) {
  server.closeAllConnections()
  server.close()
}
exports.end = end

/** A session in memory. */
exports.openSession = () => Object.defineProperty({}, 'save', { value: (done) => done() })

/** A verify that returns all its arguments. */
exports.verify = (accessToken, refreshToken, params, profile, done) =>
  done(null, { accessToken, refreshToken, params, profile })

/** Runs each row and prints all results; a row that throws has failed. */
exports.report = async (rows) => {
  const results = {}
  for (const [name, check] of Object.entries(rows))
    results[name] = await check().then(
      () => 'ok',
      (error) => `FAILED: ${error.message}`,
    )
  console.log(JSON.stringify(results))
  process.exit()
}

/** Throws unless both are the same. */
exports.expect = (found, wanted) => {
  const [one, other] = [found, wanted].map((value) => JSON.stringify(value))
  if (one !== other) throw new Error(`${one} is not ${other}`)
}

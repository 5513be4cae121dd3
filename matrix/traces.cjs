// Tracing tools and loggers as docs/recipes.md sets them up: what they record holds no code, secret or
// token. The application runs in a process of its own: otherwise the simulators would be traced, too.
const { fork } = require('node:child_process')
const events = require('node:events')
const http = require('node:http')

/** What each tool has in any case. */
const TRACED = '/api/get_user_info'
const LOGGED = '/auth/zalopay/callback'
const TOOLS = {
  opentelemetry: { open: openTelemetry, seen: TRACED },
  sentry: { open: openSentry, seen: TRACED },
  morgan: { handler: './recipes/morgan.js', seen: LOGGED },
  pino: { handler: './recipes/pino.js', seen: LOGGED },
}
/** Parameters and headers that hold a code, a secret or a token. */
const SECRETS = /^(auth_key|authorization|code|code_verifier|.*secret(-key)?|access_token)$/i

/** Gives a function that resolves with all that was recorded, as text. */
async function openTelemetry() {
  const { registerInstrumentations } = require('@opentelemetry/instrumentation')
  const trace = require('@opentelemetry/sdk-trace-node')
  const memory = new trace.InMemorySpanExporter()
  const spanProcessors = [new trace.SimpleSpanProcessor(memory)]
  const tracerProvider = new trace.NodeTracerProvider({ spanProcessors })
  const instrumentations = [require('./recipes/OpenTelemetry.js')]
  registerInstrumentations({ tracerProvider, instrumentations })
  return async () => JSON.stringify(memory.getFinishedSpans().map((span) => span.attributes))
}

/** The same for Sentry, whose server is here. */
async function openSentry() {
  let recorded = ''
  const server = http.createServer(async (req, res) => {
    for await (const chunk of req) recorded += chunk
    res.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  process.env.SENTRY_DSN = `http://key@127.0.0.1:${server.address().port}/1`
  process.env.SENTRY_TRACES_SAMPLE_RATE = '1'
  require('./recipes/Sentry.js')
  return async () => {
    await require('@sentry/node').flush()
    return recorded
  }
}

async function serveTraced(tool, settings) {
  const { open, handler } = TOOLS[tool]
  // what a logger writes is read from the output of this process
  const finish = open ? await open() : async () => ''
  const { createExpress } = require('./cases.cjs')
  const before = handler ? [require(handler)] : []
  const { url } = await require('./visit.cjs').listen(createExpress(settings, ...before))
  process.send(url)
  await events.once(process, 'message')
  process.send(await finish())
}

async function check(tool) {
  const { checkLogin, startProviders } = require('./simulated/index.js')
  const { startSngine } = require('passport-provider-simulators')
  const providers = await startProviders('http://shop.test')
  const { callbackURL } = providers.moneypools
  await providers.moneypools.close()
  // a site that reads the secret from the query, too
  const moneypools = await startSngine({ callbackURL, version: '3.13' })
  const { url: baseURL, clientID, clientSecret } = moneypools
  providers.settings.moneypools = { callbackURL, baseURL, clientID, clientSecret }
  const app = fork(__filename, [tool, JSON.stringify(providers.settings)], { silent: true })
  let written = ''
  for (const output of [app.stdout, app.stderr]) output.on('data', (chunk) => (written += chunk))
  const all = { ...providers, moneypools }
  const [url] = await events.once(app, 'message')
  for (const name of ['monpay', 'zalopay', 'moneypools']) await checkLogin(url, all, name)
  app.send('end')
  const [sent] = await events.once(app, 'message')
  app.kill()
  await events.once(app, 'close')
  const recorded = sent + written
  if (!recorded.includes(TOOLS[tool].seen)) throw new Error(`nothing is recorded: ${recorded}`)
  const found = ['monpay', 'zalopay', 'moneypools'].flatMap((name) =>
    all[name].requests.flatMap(({ query, form, json, headers }) =>
      Object.entries({ ...query, ...form, ...json, ...headers })
        .filter(([key, value]) => SECRETS.test(key) && recorded.includes(value.replace(/^Bearer /, '')))
        .map(([key]) => `${name} ${key}`),
    ),
  )
  if (found.length > 0) throw new Error(`recorded: ${found.join(', ')}`)
}

const [tool, settings] = process.argv.slice(2)
if (settings) void serveTraced(tool, JSON.parse(settings))
else void require('./visit.cjs').report({ [`${tool}, as in docs/recipes.md (B60, FR101)`]: () => check(tool) })

import { runExample } from 'example-simulated'
import { createApp } from './app.js'
import { inCookie } from './secure-sessions.js'
import { inMemory } from './sessions.js'

const sessions = process.env.SESSIONS === 'cookie' ? inCookie : inMemory
runExample(async (settings, secret, port) => {
  const app = await createApp(settings, secret, sessions)
  await app.listen({ port })
})

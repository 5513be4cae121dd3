import fastifyCookie from '@fastify/cookie'
import session from '@fastify/session'
import type { FastifyInstance } from 'fastify'

/** Sessions in this process. In production, add a `store` such as Redis. */
export async function inMemory(app: FastifyInstance, secret: string): Promise<void> {
  const cookie = { path: '/', secure: 'auto', sameSite: 'lax' } as const
  // a POST from another site has no session cookie: a new, empty one would log the user out
  const options = { secret, cookie, saveUninitialized: false }
  await app.register(fastifyCookie).register(session, options)
}

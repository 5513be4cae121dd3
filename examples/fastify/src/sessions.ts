import fastifyCookie from '@fastify/cookie'
import session from '@fastify/session'
import type { FastifyInstance } from 'fastify'

/** Sessions in this process. In production, add a `store` such as Redis. */
export async function inMemory(app: FastifyInstance, secret: string): Promise<void> {
  const cookie = { path: '/', secure: 'auto', sameSite: 'lax' } as const
  // with a form of another site no session cookie comes: a new, empty one would replace it
  const options = { secret, cookie, saveUninitialized: false }
  await app.register(fastifyCookie).register(session, options)
}

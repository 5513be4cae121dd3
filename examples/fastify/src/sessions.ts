import { createHash } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import secureSession from '@fastify/secure-session'
import session from '@fastify/session'
import type { FastifyInstance } from 'fastify'

const cookie = { path: '/', secure: 'auto' as const, sameSite: 'lax' as const }

/** Sessions in this process. In production, add a `store` such as Redis. */
export async function inMemory(app: FastifyInstance, secret: string): Promise<void> {
  await app.register(fastifyCookie).register(session, { secret, cookie })
}

/** Sessions in the browser, encrypted. */
export async function inCookie(app: FastifyInstance, secret: string): Promise<void> {
  await app.register(secureSession, { key: createHash('sha256').update(secret).digest(), cookie })
}

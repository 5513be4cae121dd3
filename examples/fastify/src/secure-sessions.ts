import { createHash } from 'node:crypto'
import secureSession from '@fastify/secure-session'
import type { FastifyInstance } from 'fastify'

/** Sessions in the browser, encrypted. */
export async function inCookie(app: FastifyInstance, secret: string): Promise<void> {
  const cookie = { path: '/', secure: 'auto', sameSite: 'lax' } as const
  await app.register(secureSession, { key: createHash('sha256').update(secret).digest(), cookie })
}

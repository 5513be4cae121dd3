import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createClient } from 'redis'
import request from 'supertest'
import { describeUnless } from '../../../test/needs'
import { startSite } from './support/site'
import { findFreePort } from '../../../packages/passport-code-flow/test/support/programs'

const SERVER = process.env['REDIS_SERVER'] ?? 'redis-server'
const missing = spawnSync(SERVER, ['--version']).error ? `install ${SERVER}` : undefined

describeUnless(missing, 'a Redis that fails', () => {
  it('answers calmly while Redis is gone, lets nobody in, and recovers', async () => {
    const port = await findFreePort()
    let redis = await startRedis(port)
    const site = await startSite({ redisURL: `redis://127.0.0.1:${port}` })
    const visitor = site.visitor()
    expect((await visitor.loginWithZaloPay()).status).toBe(303)
    await request(site.app).get('/readyz').expect(200)

    redis.kill('SIGKILL')
    await once(redis, 'exit')
    const refused = await visitor.get('/account').expect(500)
    expect(refused.text).toMatch(/Reference for support: \w+/)
    expect(refused.text).not.toContain('Nguyễn')
    expect((await site.visitor().openFromMonPay()).status).toBeGreaterThanOrEqual(500)
    expect(site.simulators.monpay.requests).toEqual([])
    await request(site.app).get('/readyz').expect(503)
    await request(site.app).get('/healthz').expect(200)

    redis = await startRedis(port)
    const back = site.visitor()
    while ((await request(site.app).get('/readyz')).status !== 200);
    expect((await back.loginWithZaloPay()).status).toBe(303)
    await site.close()
    redis.kill('SIGKILL')
    await once(redis, 'exit')
  }, 20_000)
})

async function startRedis(port: number): Promise<ChildProcess> {
  const redis = spawn(SERVER, ['--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  client.on('error', () => undefined)
  await client.connect()
  client.destroy()
  return redis
}

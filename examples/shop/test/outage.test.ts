import request from 'supertest'
import {
  describeWith,
  startRedis,
} from '../../../packages/passport-code-flow/test/support/services'
import { startSite } from './support/site'

describeWith('Redis', 'a Redis that fails', () => {
  it('answers calmly while Redis is gone, lets nobody in, and recovers', async () => {
    const redis = await startRedis()
    const site = await startSite({ redisURL: redis.url })
    const visitor = site.visitor()
    expect((await visitor.loginWithZaloPay()).status).toBe(303)
    await request(site.app).get('/readyz').expect(200)

    await redis.kill()
    const refused = await visitor.get('/account').expect(500)
    expect(refused.text).toMatch(/Reference for support: \w+/)
    expect(refused.text).not.toContain('Nguyễn')
    expect((await site.visitor().openFromMonPay()).status).toBeGreaterThanOrEqual(500)
    expect(site.simulators.monpay.requests).toEqual([])
    await request(site.app).get('/readyz').expect(503)
    await request(site.app).get('/healthz').expect(200)

    await redis.start()
    while ((await request(site.app).get('/readyz')).status !== 200);
    expect((await site.visitor().loginWithZaloPay()).status).toBe(303)
    await site.close()
    await redis.stop()
  }, 20_000)
})

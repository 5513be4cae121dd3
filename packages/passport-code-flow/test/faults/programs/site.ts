import type { AddressInfo } from 'node:net'
import Redis from 'ioredis'
import { Strategy } from '../../../../passport-moneypools/src/index.js'
import { redisOnce } from '../../../src/index.js'
import { createSite } from '../support/site.js'

const { CLIENT_ID = '', CLIENT_SECRET = '', BASE_URL = '', REDIS_URL = '' } = process.env
const redis = new Redis(REDIS_URL)

const strategy = new Strategy(
  {
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    baseURL: BASE_URL,
    callbackURL: 'https://shop.test/callback',
    once: redisOnce(redis),
    timeout: Number(process.env['TIMEOUT']),
  },
  (_token, _refresh, profile, done) => done(null, { id: profile.id }),
)

const site = createSite(strategy, {
  get: (key) => redis.get(key),
  set: (key, value) => redis.set(key, value),
  delete: (key) => redis.del(key),
})

const server = site.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})

// as production sites end: no new connections, the requests under way are answered
process.once('SIGTERM', () => {
  server.close(() => {
    redis.disconnect()
    process.disconnect()
  })
  process.send?.({ closing: true })
})

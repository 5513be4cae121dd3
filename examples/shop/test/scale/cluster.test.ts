import { RedisStore as SessionStore } from 'connect-redis'
import { rateLimit } from 'express-rate-limit'
import { redisOnce } from 'passport-code-flow'
import { RedisStore as LimitStore, type RedisReply } from 'rate-limit-redis'
import { createClient, createCluster, type RedisClusterType } from 'redis'
import {
  describeWith,
  type Service,
  startRedis,
} from '../../../../packages/passport-code-flow/test/support/services'
import { findFreePort } from '../../../../packages/passport-code-flow/test/support/programs'

const SLOTS = 16_384
const NODES = 3

describeWith('Redis', 'a Redis cluster', () => {
  let nodes: Service[] = []
  let cluster: RedisClusterType

  beforeAll(async () => {
    const ports = await Promise.all(Array.from({ length: NODES }, findFreePort))
    nodes = await Promise.all(
      // the port of the nodes among themselves would be 10 000 higher: too high for some
      ports.map((port) => startRedis('--cluster-enabled', 'yes', '--cluster-port', `${port}`)),
    )
    await join(nodes, ports)
    cluster = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) })
    await cluster.connect()
  })

  afterAll(async () => {
    cluster?.destroy()
    await Promise.all(nodes.map((node) => node.close()))
  })

  it('claims each code once on a Redis cluster, whichever node keeps it', async () => {
    const guards = [redisOnce(cluster), redisOnce(cluster)]
    for (let code = 0; code < 100; code += 1) {
      const claims = guards.map((guard) => guard.claim(`passport-code-flow:${code}`, 60_000))
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1)
    }
    for (const { url } of nodes) {
      const client = await createClient({ url }).connect()
      expect(await client.dbSize()).toBeGreaterThan(0)
      client.destroy()
    }
  })

  it('keeps sessions on a Redis cluster', async () => {
    const store = new SessionStore({ client: cluster, prefix: 'session:' })
    const cookie = { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000) }
    for (let id = 0; id < 30; id += 1) {
      await store.set(`${id}`, Object.assign({ cookie }, { notice: `of ${id}` }))
      await store.touch(`${id}`, { cookie })
      expect(await store.get(`${id}`)).toMatchObject({ notice: `of ${id}` })
      await store.destroy(`${id}`)
      expect(await store.get(`${id}`)).toBeFalsy()
    }
  })

  it('counts limits on a Redis cluster', async () => {
    const store = new LimitStore({
      prefix: 'limit:',
      sendCommandCluster: ({ key, isReadOnly, command }) =>
        cluster.sendCommand<RedisReply>(key, isReadOnly, command),
    })
    const { getKey } = rateLimit({ windowMs: 60_000, limit: 5, store })
    for (let address = 0; address < 30; address += 1) {
      await store.increment(`${address}`)
      await store.increment(`${address}`)
      expect(await getKey(`${address}`)).toMatchObject({ totalHits: 2 })
    }
  })
})

/** Makes one cluster of single nodes, each with its share of the slots. */
async function join(members: Service[], ports: number[]): Promise<void> {
  const clients = await Promise.all(members.map(({ url }) => createClient({ url }).connect()))
  for (const [index, { url }] of members.entries()) {
    const { hostname, port } = new URL(url)
    await clients[0]?.sendCommand(['CLUSTER', 'MEET', hostname, port, `${ports[index]}`])
  }
  for (const [index, client] of clients.entries()) {
    const [from, to] = [index, index + 1].map((share) => Math.floor((share * SLOTS) / NODES))
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${Number(to) - 1}`])
  }
  for (const client of clients) {
    while (!String(await client.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok')) {
      await new Promise(setImmediate)
    }
    client.destroy()
  }
}

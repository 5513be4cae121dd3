// An application with its own transport: undici's.
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Agent, EnvHttpProxyAgent, interceptors, MockAgent, Pool, ProxyAgent } from 'undici'

const options = {
  clientID: '1',
  clientSecret: 'secret',
  callbackURL: 'https://app.example/callback',
  baseURL: 'https://sngine.example',
}
const dispatchers = [
  new Agent(),
  new Pool('https://sngine.example'),
  new ProxyAgent('http://proxy.example'),
  new EnvHttpProxyAgent(),
  new MockAgent(),
  new Agent().compose(interceptors.retry()),
]
export const strategies = dispatchers.map(
  (dispatcher) =>
    new MoneyPools({ ...options, dispatcher }, async (_token, _refresh, profile) => profile),
)
// @ts-expect-error a function is no dispatcher
new MoneyPools({ ...options, dispatcher: fetch }, async (_token, _refresh, profile) => profile)

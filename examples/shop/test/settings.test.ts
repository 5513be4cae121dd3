import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { readConfig } from '../src/read-config'
import { ConfigError } from '../src/settings'
import { VARIABLES } from '../src/variables'

const readFile = (name: string) => readFileSync(path.join(__dirname, '..', name), 'utf8')

const SECRET = 'a value that no message may show, long enough'

const production = {
  BASE_URL: 'https://shop.example',
  TRUST_PROXY: '1',
  SESSION_SECRET: SECRET,
  MONPAY_CLIENT_ID: 'monpay-id',
  MONPAY_CLIENT_SECRET: SECRET,
  MONPAY_BASE_URL: 'https://wallet.example/',
  ZALOPAY_CLIENT_ID: '123',
  ZALOPAY_CLIENT_SECRET: SECRET,
  ZALOPAY_BASE_URL: 'https://zalo.example/api',
  ZALOPAY_SDK_URL: 'https://sdk.example/zlp.js',
  ZALOPAY_USER_INFO_URL: '/user',
}

it('makes a secret for the demo', () => {
  expect(readConfig({}, 'data').sessionSecret.length).toBeGreaterThanOrEqual(32)
})

const wallet = {
  clientID: 'monpay-id',
  clientSecret: SECRET,
  baseURL: 'https://wallet.example/',
  callbackURL: 'https://shop.example/auth/monpay',
  site: 'wallet.example',
}
const zalo = expect.objectContaining({ site: 'zalo.example/api' }) as unknown

it.each<[string, Record<string, string>, object]>([
  ['the demo, on this machine only', {}, { port: 3000, host: '127.0.0.1', providers: {} }],
  ['the host that it is told', { HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
  ['every host behind a proxy', production, { host: undefined, databaseConnections: 10 }],
  ['providers', production, { providers: { monpay: wallet, zalopay: zalo } }],
  ['connections', { ...production, DATABASE_CONNECTIONS: '3' }, { databaseConnections: 3 }],
  [
    'a registered address letter for letter',
    { ...production, MONPAY_CALLBACK_URL: 'https://shop.example' },
    { providers: { monpay: { ...wallet, callbackURL: 'https://shop.example' }, zalopay: zalo } },
  ],
])('reads %s', (_, variables, expected) => {
  const { port, host, providers, databaseConnections } = readConfig(variables, 'data')
  const config = { port, host, providers, databaseConnections }
  expect(config).toEqual({ ...config, ...expected })
})

it.each<[name: string, ...wrong: (string | undefined)[]]>([
  ['SESSION_SECRET', undefined, 'short'],
  ['TRUST_PROXY', undefined, 'yes'],
  ['PORT', '99999', '0'],
  ['BASE_URL', 'shop.example', 'https://shop.example/path', 'https://user:password@shop.example'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['REDIS_URL', 'localhost:6379'],
  ['DATABASE_CONNECTIONS', 'many', '0'],
  ['LOG_LEVEL', 'loud'],
  ['MONPAY_CLIENT_ID', undefined],
  ['MONPAY_CLIENT_SECRET', undefined],
  ['MONPAY_BASE_URL', undefined],
  ['MONPAY_CALLBACK_URL', 'shop.example'],
  ['ZALOPAY_SDK_URL', undefined],
  ['ZALOPAY_USER_INFO_URL', undefined],
  ['ZALOPAY_CHALLENGE_ENCODING', 'base64'],
  ['ZALOPAY_BASE_URL', 'ftp://zalo.example'],
  ['FRAME_ANCESTORS', 'host.example', 'https://host.example/page'],
])('names %s when it is wrong, and shows no value', (name, ...values) => {
  const BASE_URL = name === 'PORT' ? undefined : production.BASE_URL
  for (const value of values) {
    const read = () => readConfig({ ...production, BASE_URL, [name]: value }, 'data')
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(name)
    expect(read).not.toThrow(SECRET)
  }
})

it('lets other sites show this one in a frame only over https', () => {
  const FRAME_ANCESTORS = 'https://host.example, https://other.example'
  const config = readConfig({ ...production, FRAME_ANCESTORS }, 'data')
  expect(config.frameAncestors).toEqual(['https://host.example', 'https://other.example'])
  expect(() => readConfig({ FRAME_ANCESTORS }, 'data')).toThrow('BASE_URL with https')
})

it('starts no simulators on a public address', () => {
  const { BASE_URL, TRUST_PROXY, SESSION_SECRET } = production
  const read = () => readConfig({ BASE_URL, TRUST_PROXY, SESSION_SECRET }, 'data')
  expect(read).toThrow('MONPAY_CLIENT_ID')
})

it('names all wrong variables of a group, each on a line of its own', () => {
  const wrong = { PORT: '99999', LOG_LEVEL: 'loud', REDIS_URL: 'localhost:6379', BASE_URL: 'shop' }
  const lines = [
    'PORT must be a whole number from 0 to 65535',
    'BASE_URL must be an address that starts with http:// or https://',
    'REDIS_URL must be an address that starts with redis:// or rediss://',
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
  ]
  expect(() => readConfig(wrong, 'data')).toThrow(new ConfigError(lines.join('\n')))
})

it('says that a variable is missing, whatever its kind', () => {
  const names = ['CLIENT_ID', 'CLIENT_SECRET', 'BASE_URL', 'SDK_URL', 'USER_INFO_URL']
  const lines = names.map((name) => `ZALOPAY_${name} is missing`)
  expect(() => readConfig({ ZALOPAY_X: 'set' }, 'data')).toThrow(new ConfigError(lines.join('\n')))
})

it('takes a variable that is empty for one that is not set', () => {
  const empty = Object.fromEntries(rows().map(({ name }) => [name, '']))
  const { sessionSecret, ...config } = readConfig(empty, 'data')
  expect(sessionSecret).toHaveLength(43)
  expect(config).toEqual({ ...readConfig({}, 'data'), sessionSecret: undefined })
  expect(readConfig({ FRAME_ANCESTORS: ' , ' }, 'data').frameAncestors).toBeUndefined()
})

it("makes the README's table", () => {
  const [, settings] = readFile('README.md').split('\n## Settings\n')
  const [table] = settings!.split('\n## ')
  expect(table!.match(/^\| `.*/gm)).toEqual(
    rows().map(({ name, about, usual }) => `| \`${name}\` | ${about} | ${usual} |`),
  )
})

it('compose.yaml has two apps behind one proxy, which get all variables of the providers and none that they do not read', () => {
  const { app, postgres, proxy, redis, ...others } = parse(readFile('compose.yaml')).services
  expect([postgres, redis]).toEqual([expect.any(Object), expect.any(Object)])
  expect([app.deploy.replicas, proxy.ports.length, others]).toEqual([2, 1, {}])
  const passed = Object.keys(app.environment)
  const names = rows().map(({ name }) => String(name))
  const ofProviders = names.filter((name) => /^(MONPAY|ZALOPAY|MONEYPOOLS)_/.test(name))
  expect(ofProviders.filter((name) => !passed.includes(name))).toEqual([])
  expect(passed.filter((name) => !names.includes(name))).toEqual([])
  expect(readFile('Dockerfile')).toMatch(/^USER node\n(?:.*\n)*CMD \["node", /m)
})

/** The rows of the README's table. */
function rows() {
  const kinds: z.ZodType[] = Object.values(VARIABLES).flatMap(({ shape }) => Object.values(shape))
  return kinds.map((kind) => {
    const { name, about, absent } = Object(kind.meta())
    const { success, data } = kind.safeParse(undefined)
    return { name, about, usual: absent ?? (success ? `\`${String(data)}\`` : 'required') }
  })
}

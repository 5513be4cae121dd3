import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { CALLBACK_PATHS, ConfigError } from './settings.js'
import type { Address, Config, ProviderName } from './settings.js'
import { VARIABLES } from './variables.js'

/** Reads the settings from environment variables; throws a `ConfigError`. */
export function readConfig(env: NodeJS.ProcessEnv, dataDir: string): Config & Address {
  const site = read(VARIABLES.site, env)
  if (site.port === 0 && !site.baseURL) {
    throw new ConfigError('PORT 0 needs a BASE_URL: people cannot know which port was free')
  }
  const baseURL = site.baseURL ?? new URL(`http://localhost:${site.port}`)
  const secure = baseURL.protocol === 'https:'
  if (secure && site.trustProxy === 0) {
    throw new ConfigError(
      'TRUST_PROXY must be the number of proxies in front: BASE_URL is https, this server is not',
    )
  }
  if (site.frameAncestors && !secure) {
    throw new ConfigError('FRAME_ANCESTORS needs a BASE_URL with https: its cookie must be Secure')
  }
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(baseURL.hostname)
  const providers = {
    monpay: readProvider('monpay', env, baseURL),
    zalopay: readProvider('zalopay', env, baseURL),
    moneypools: readProvider('moneypools', env, baseURL),
  }
  if (!local && !Object.values(providers).some(Boolean)) {
    throw new ConfigError(
      'MONPAY_CLIENT_ID, ZALOPAY_CLIENT_ID or MONEYPOOLS_CLIENT_ID must be set: ' +
        'the simulators are only started for a BASE_URL on this machine',
    )
  }
  if (!local && !site.sessionSecret) throw new ConfigError('SESSION_SECRET is missing')
  return {
    ...site,
    // A site at localhost is only for this machine. A proxy may be on another machine.
    host: site.host ?? (local ? '127.0.0.1' : undefined),
    baseURL,
    // On the developer's machine a new secret is enough. Each restart then logs everybody out.
    sessionSecret: site.sessionSecret ?? randomBytes(32).toString('base64url'),
    dataDir: resolve(site.dataDir ?? dataDir),
    providers,
  }
}

/** A provider is used if any of its variables is set. Then those that it needs must be set. */
function readProvider<N extends ProviderName>(name: N, env: NodeJS.ProcessEnv, site: URL) {
  const prefix = `${name.toUpperCase()}_`
  if (!Object.keys(env).some((key) => key.startsWith(prefix) && env[key])) return undefined
  const values = read(VARIABLES[name], env)
  return {
    ...values,
    callbackURL: values.callbackURL ?? new URL(CALLBACK_PATHS[name], site).href,
    site: values.baseURL.replace(/^https?:\/\/|\/+$/g, ''),
  }
}

/** Reads a group of variables. One that is empty counts as missing. The error names all faults. */
function read<T extends z.ZodObject>(group: T, env: NodeJS.ProcessEnv): z.output<T> {
  const nameOf = (key: unknown) => String(group.shape[String(key)]?.meta()?.['name'])
  const given = Object.keys(group.shape).map((key) => [key, env[nameOf(key)] || undefined])
  const result = group.safeParse(Object.fromEntries(given), {
    error: ({ input }) => (input === undefined ? 'is missing' : undefined),
  })
  if (result.success) return result.data
  const wrong = result.error.issues.map(({ path, message }) => `${nameOf(path[0])} ${message}`)
  throw new ConfigError(wrong.join('\n'))
}

import { deserialize, serialize } from 'node:v8'
import type { Fault } from './faults.js'
import { checkHosts, parseURL } from './hosts.js'
import type { RecordedRequest } from './http.js'
import { COMMON, checkOptions, type Settings } from './options.js'
import { type SiteParts, startSite } from './site.js'

/** Where a fault applies: to one API of the provider or to all of them. */
export type FaultPlace = 'token' | 'profile' | 'refresh' | 'all'

/** What every simulator can do. */
export interface Simulator extends AsyncDisposable {
  /** Address to configure as the provider's base URL, without a trailing slash. */
  readonly url: string
  readonly port: number
  readonly clientID: string
  readonly clientSecret: string
  /** The URL registered with the provider; can be set at any time; a TypeError unless absolute. */
  callbackURL: string
  /** The address of the pages' link back to the app; can be set at any time, like `callbackURL`. */
  homeURL: string | undefined
  /** The requests to the provider's APIs, oldest first; the newest 16 MiB. Pages are not recorded. */
  readonly requests: RecordedRequest[]
  /** Sets the fault of an API, or ends it by `undefined`. One API's fault wins over one for `all`. */
  misbehave(fault: Fault | undefined, where?: FaultPlace): void
  /** Restores users and behaviour; removes codes, tokens, recorded requests and faults. */
  reset(): void
  /** Stops the server and closes every connection; a second call does nothing. */
  close(): Promise<void>
}

/** The options that all three simulators have. */
export interface CommonOptions {
  /** Port on 127.0.0.1; default 0, which takes a free one. */
  port?: number
  /** The clock, in ms; default `Date.now`. */
  now?: () => number
  /** The URL registered with the provider; default `http://127.0.0.1:3000/callback`. */
  callbackURL?: string
  /** The address of the pages' link back to the app; without it there is no link. */
  homeURL?: string
  /** What the pages call the app; default the host of `callbackURL`. */
  appName?: string
  clientID?: string
  clientSecret?: string
  /**
   * Host names, without a port, that requests may be for; default none. Always allowed are
   * `localhost`, names that end in `.localhost`, 127.0.0.1 and `[::1]`.
   */
  allowedHosts?: string[]
}

/** What a provider knows about the app; the addresses can be set while a simulator runs. */
export interface Registration {
  callbackURL: string
  homeURL: string | undefined
  readonly name: string
}

/** What a provider knows. Each provider adds its codes and tokens. */
export interface Ledger<User, Behaviour> {
  readonly clientID: string
  readonly clientSecret: string
  readonly app: Registration
  readonly users: User[]
  readonly behaviour: Behaviour
  readonly now: () => number
  /** The simulator's own address and port; empty until it listens. */
  url: string
  port: number
  /** Brings back the users and the behaviour of the start. */
  restore(): void
}

/** Reads the options; throws a TypeError for a wrong one. */
export function openLedger<User, Behaviour extends object>(
  options: CommonOptions & Partial<Behaviour> & { users?: User[] },
  defaults: {
    settings: Settings<Behaviour>
    seedUsers: () => User[]
    clientID: string
    clientSecret: string
  },
  others: Parameters<typeof checkOptions>[1] = {},
): Ledger<User, Behaviour> {
  const { settings } = defaults
  const given: Partial<Behaviour> = options
  checkOptions(options, { ...COMMON, ...settings, ...others })
  const { clientID = defaults.clientID, clientSecret = defaults.clientSecret } = options
  const users: User[] = []
  const behaviour = new Proxy({} as Behaviour, {
    set(target, name, value) {
      checkOptions({ [name]: value }, settings)
      return Reflect.set(target, name, value)
    },
  })
  const ledger = {
    clientID,
    clientSecret,
    app: register(options),
    users,
    behaviour,
    now: options.now ?? Date.now,
    url: '',
    port: 0,
    restore() {
      users.splice(0, users.length, ...copyData(options.users ?? defaults.seedUsers()))
      for (const name of Object.keys(settings) as (keyof Behaviour)[])
        behaviour[name] = copyData<Behaviour[typeof name]>(given[name] ?? settings[name][0])
    },
  }
  ledger.restore()
  return ledger
}

/** The user to issue a code or a key for, by default the first one; throws where it is none. */
export function chooseUser<User extends object>(
  users: User[],
  id: keyof User,
  user = users[0],
): User {
  if (user === undefined) throw new TypeError('There is no user to issue a code for')
  if (typeof user === 'object' && user !== null && id in user) return user
  throw new TypeError(`the user must be one of users: an object with ${String(id)}`)
}

/** Starts the server and gives what all simulators have. */
export async function openSimulator<User, Behaviour>(
  ledger: Ledger<User, Behaviour>,
  options: CommonOptions,
  parts: Omit<SiteParts, 'port' | 'now' | 'allowedHosts'>,
) {
  const { app, clientID, clientSecret, users, behaviour, now } = ledger
  const { port = 0, allowedHosts = [] } = options
  const site = await startSite({ ...parts, port, now, allowedHosts: checkHosts(allowedHosts) })
  Object.assign(ledger, { url: site.url, port: site.port })
  return {
    url: site.url,
    port: site.port,
    requests: site.requests,
    misbehave: site.misbehave,
    close: site.close,
    clientID,
    clientSecret,
    users,
    behaviour,
    get callbackURL() {
      return app.callbackURL
    },
    set callbackURL(url: string) {
      app.callbackURL = checkCallbackURL(url)
    },
    get homeURL() {
      return app.homeURL
    },
    set homeURL(url: string | undefined) {
      app.homeURL = checkHomeURL(url)
    },
    reset() {
      ledger.restore()
      // what was issued: codes, tokens, consents
      for (const issued of Object.values(ledger))
        if (issued instanceof Map || issued instanceof Set) issued.clear()
      site.forget()
    },
    [Symbol.asyncDispose]: site.close,
    // compilers take this symbol where the other one is missing, as in Vitest's vmThreads on Node 20
    [Symbol.for('Symbol.asyncDispose')]: site.close,
  }
}

function register({ appName, callbackURL, homeURL }: CommonOptions): Registration {
  return {
    get name() {
      const { host, protocol } = new URL(this.callbackURL)
      return appName ?? (host || protocol)
    },
    callbackURL: checkCallbackURL(callbackURL ?? 'http://127.0.0.1:3000/callback'),
    homeURL: checkHomeURL(homeURL),
  }
}

function checkCallbackURL(text: string): string {
  // not C:/auth: some shells on Windows make this of /auth
  if (/^..+:/.test(text) && parseURL(text)) return text
  throw new TypeError('callbackURL must be an absolute URL')
}

// Pages link to it, so only http and https are allowed.
function checkHomeURL(text: string | undefined): string | undefined {
  if (text === undefined || (/^https?:\/\//i.test(text) && parseURL(text))) return text
  throw new TypeError('homeURL must be an absolute URL with http or https')
}

/** A deep copy. A test runner that imitates a browser, such as jsdom, has no `structuredClone`. */
function copyData<T>(data: T): T {
  return deserialize(serialize(data)) as T
}

import { deserialize, serialize } from 'node:v8'
import type { Fault } from './faults.js'
import type { RecordedRequest } from './http.js'
import type { Site } from './site.js'

/** Where a fault applies: to one API of the provider or to all of them. */
export type FaultPlace = 'token' | 'profile' | 'refresh' | 'all'

/** What every simulator can do. */
export interface Simulator extends AsyncDisposable {
  /** Address to configure as the provider's base URL, without a trailing slash. */
  readonly url: string
  readonly port: number
  readonly clientID: string
  readonly clientSecret: string
  /**
   * The URL registered with the provider; can be set at any time; throws a TypeError unless it is
   * absolute.
   */
  callbackURL: string
  /** The address of the pages' link back to the app; can be set at any time, like `callbackURL`. */
  homeURL: string | undefined
  /** Every request to an API of the provider, oldest first. Pages are not recorded. */
  readonly requests: RecordedRequest[]
  /**
   * Makes an API answer with a fault until another one is set; `undefined` ends it. A fault for one
   * API wins over one for `all`.
   */
  misbehave(fault: Fault | undefined, where?: FaultPlace): void
  /**
   * Restores the users and the behaviour of the start; removes codes, tokens, recorded requests and
   * faults.
   */
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
}

function checkCallbackURL(text: string): string {
  if (!URL.canParse(text)) throw new TypeError('callbackURL must be an absolute URL')
  return text
}

// Pages link to it, so only http and https are allowed.
function checkHomeURL(text: string | undefined): string | undefined {
  if (text === undefined || (/^https?:\/\//i.test(text) && URL.canParse(text))) return text
  throw new TypeError('homeURL must be an absolute URL with http or https')
}

/** What a provider knows about the app; the addresses can be set while a simulator runs. */
export interface Registration {
  callbackURL: string
  homeURL: string | undefined
  readonly name: string
}

/** Reads the app's addresses from options; throws a TypeError unless they are absolute. */
export function register({ appName, callbackURL, homeURL }: CommonOptions): Registration {
  return {
    get name() {
      const { host, protocol } = new URL(this.callbackURL)
      return appName ?? (host || protocol)
    },
    callbackURL: checkCallbackURL(callbackURL ?? 'http://127.0.0.1:3000/callback'),
    homeURL: checkHomeURL(homeURL),
  }
}

/** A deep copy. A test runner that imitates a browser, such as jsdom, has no `structuredClone`. */
export function copyData<T>(data: T): T {
  return deserialize(serialize(data)) as T
}

/** The behaviour of a simulator: the defaults, changed by the options. */
export function readBehaviour<B extends object>(defaults: B, options: Partial<B>): B {
  const given = Object.entries(options).filter(
    ([name, value]) => Object.hasOwn(defaults, name) && value !== undefined,
  )
  return copyData({ ...defaults, ...Object.fromEntries(given) })
}

type Common = Omit<Simulator, 'clientID' | 'clientSecret' | 'reset'>

/** A simulator: the members that every simulator has, and those of the provider. */
export function createSimulator<Own extends object>(
  site: Site,
  app: Registration,
  own: Own,
): Common & NoInfer<Own> {
  const common: Common = {
    url: site.url,
    port: site.port,
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
    requests: site.requests,
    misbehave: site.misbehave,
    close: site.close,
    [Symbol.asyncDispose]: site.close,
  }
  return Object.assign(common, own)
}

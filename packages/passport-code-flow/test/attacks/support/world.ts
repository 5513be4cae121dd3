import type { Fault, FaultPlace } from '../../../../passport-provider-simulators/src/index'
import { endOf, type Result } from '../../support/bare'
import { expectNoSecret, secretsSeen } from '../../support/oracle'
import type { HttpAnswer, Visit } from './http'
import { type Begun, KINDS, type Kind, type Options, type Provider } from './kinds'
import { eavesdrop, expectNoRequestOpen, type Flow, until, watch } from './oracle'
import { type Driver, openSite, type Site } from './sites'
import { TestStore } from './store'

export const ORIGIN = 'https://site.test'

/** The answer to a visit, and what the strategy ended it with. */
export interface Answer extends HttpAnswer {
  end: string
  result: Result | undefined
}

export interface Setting {
  /** The strategy's options beside those of the provider. */
  options?: Options
  verify?: unknown
}

type Members = Record<string, unknown>

const worlds: World[] = []

/** Opens a provider, a strategy for it and a site that uses it. */
export async function openWorld(
  name: Kind['name'],
  driver: Driver,
  setting: Setting = {},
): Promise<World> {
  const kind = KINDS[name]
  const provider = await kind.open(`${ORIGIN}/auth/callback`)
  const world = new World(kind, driver, provider)
  worlds.push(world)
  await world.addSite(setting)
  return world
}

/** Opens a world in which a browser has started a login that waits for its code. */
export async function openLogin(...given: Parameters<typeof openWorld>) {
  const world = await openWorld(...given)
  const browser = world.browser()
  const begun = await browser.begin()
  return { world, browser, begun, code: world.issue(begun) }
}

/** Closes every world of a test, and fails unless each kept what is promised of every flow. */
export async function closeWorlds(): Promise<void> {
  const opened = worlds.splice(0)
  try {
    for (const world of opened) await world.judge()
  } finally {
    for (const world of opened) await world.close()
  }
}

/** One provider, the sites that log people in with it, and all that can be observed of them. */
export class World {
  readonly store = new TestStore()
  readonly flows: Flow[] = []
  /** What verify was called with. */
  readonly verified: {
    accessToken: string
    refreshToken: string | undefined
    params: Members
    profile: Members
  }[] = []
  readonly strategies: object[] = []
  private readonly sites: Site[] = []
  private readonly planted = new Set<string>()
  private readonly answers: object[] = []
  /** Everything that was written to the console or told on the tracing channel. */
  readonly heard = eavesdrop()
  private visits = 0

  constructor(
    readonly kind: Kind,
    private readonly driver: Driver,
    readonly provider: Provider,
  ) {}

  /** Another process of the site: own strategy, own application, the same sessions. */
  async addSite({ options = {}, verify }: Setting = {}): Promise<Site> {
    const all = { timeout: 5000, ...options }
    const strategy = this.kind.create(this.provider, all, verify ?? this.letIn)
    if (typeof options.clientSecret === 'string') this.plant(options.clientSecret)
    this.strategies.push(strategy)
    watch(strategy, this.flows)
    const site = await openSite(this.driver, strategy, this.store)
    this.sites.push(site)
    return site
  }

  /** A browser without cookies, at the first site unless another is named. */
  browser(site?: Site): Browser {
    return new Browser(this, site ?? this.sites[0]!)
  }

  /** A code for the provider's first user, or another. */
  issue(begun: Begun = {}, user = 0): string {
    return this.plant(this.kind.issue(this.provider, begun, user))
  }

  /** A code that nobody has issued. */
  forge(): string {
    return this.plant(this.kind.forge())
  }

  /** Keeps a text that must not come out anywhere. */
  plant(text: string): string {
    this.planted.add(text)
    return text
  }

  /** Makes the provider misbehave; tokens in what it answers are secrets. */
  misbehave(fault: Fault | undefined, where?: FaultPlace): void {
    this.provider.misbehave(fault, where)
  }

  /** The APIs that the provider was asked for. */
  calls(): string[] {
    return this.provider.requests.map(({ endpoint }) => endpoint)
  }

  /** Answers a visit of a browser. */
  async answer(site: Site, visit: Visit, browser: Browser): Promise<Answer> {
    const id = String(++this.visits)
    const headers = { ...visit.headers, 'x-visit': id }
    const { cookie, ...answer } = await site.open({ ...visit, headers }, browser.cookie)
    browser.cookie = cookie ?? browser.cookie
    const result = this.flows.findLast((flow) => flow.id === id)?.results[0]
    this.answers.push(answer)
    expectAgreement(result, answer)
    return { ...answer, result, end: endOf(result) }
  }

  /** Fails unless every flow so far had one action, left no request open and showed no secret. */
  async judge(): Promise<void> {
    await expectNoRequestOpen()
    const wrong = this.flows.find(({ results }) => results.length !== 1)
    if (wrong) throw new Error(`a flow ended in ${wrong.results.length} actions`)
    const counted = () => Promise.all(this.sites.map((site) => site.connections()))
    await until(async () => (await counted()).every((count) => count === 0))
    const { verifiers } = this.store
    const secrets = [...secretsSeen(this.provider), ...this.planted, ...verifiers].filter(
      // a word that every object knows is no secret
      (secret) => secret.length >= 8 && !(secret in {}),
    )
    expectNoSecret(
      secrets,
      this.flows.flatMap(({ results }) => results),
      ...this.strategies,
      this.heard.lines,
      this.heard.events,
      this.answers,
      this.store.withoutVerifiers(),
    )
  }

  async close(): Promise<void> {
    this.heard.stop()
    await Promise.all(this.sites.map((site) => site.close()))
    await this.provider.close()
  }

  private readonly letIn = (
    accessToken: string,
    refreshToken: string | undefined,
    params: Members,
    profile: Members,
    done: (error: null, user: object) => void,
  ) => {
    for (const token of [accessToken, refreshToken]) if (token) this.plant(token)
    this.verified.push({ accessToken, refreshToken, params, profile })
    done(null, { id: profile['id'] })
  }
}

/** One person's browser at one site. */
export class Browser {
  cookie = ''

  constructor(
    private readonly world: World,
    private readonly site: Site,
  ) {}

  visit(visit: Visit): Promise<Answer> {
    return this.world.answer(this.site, visit, this)
  }

  /** Starts a login, where one can be started; elsewhere opens a page of the site. */
  async begin(): Promise<Begun> {
    if (!this.world.kind.starts) {
      await this.visit({ path: '/hello' })
      return {}
    }
    const { end, headers } = await this.visit({ method: 'POST', path: '/auth/start' })
    if (end !== 'redirect') throw new Error(`no redirect but ${end}`)
    return Object.fromEntries(new URL(headers.location ?? '', ORIGIN).searchParams)
  }

  /** Brings a code to the callback; `more` changes the request. */
  finish(code: string, begun: Begun = {}, more: Partial<Visit> = {}): Promise<Answer> {
    return this.visit({ ...this.world.kind.bring(code, begun), ...more })
  }

  /** A whole login, from start to end. */
  async logIn(user = 0): Promise<Answer> {
    const begun = await this.begin()
    return this.finish(this.world.issue(begun, user), begun)
  }

  /** The id of who is logged in here. */
  async account(): Promise<string | undefined> {
    const { text } = await this.visit({ path: '/account' })
    return (JSON.parse(text) as { id: string } | null)?.id
  }
}

function expectAgreement(result: Result | undefined, { status }: HttpAnswer): void {
  if (!result || result.action === 'error') return
  const expected =
    result.action === 'fail' ? result.status : { success: 303, redirect: 302 }[result.action]
  if (status !== expected) throw new Error(`${result.action} was answered with status ${status}`)
}

import type { IncomingHttpHeaders } from 'node:http'
import express from 'express'
import { Passport } from 'passport'
import { addSessions } from '../../../passport-code-flow/test/support/shop'
import { closeAll, keep } from '../../../../test/keep'
import { listen } from '../../../../test/server'
import {
  startZaloPay,
  type ZaloPaySimulator,
} from '../../../passport-provider-simulators/src/index'
import { launchPage, type LaunchPageOptions, Strategy } from '../../src/index'
import { type FakeSdk, openFakeSdk } from './fake-sdk'

type User = { id: string; name: string }

/** A callback as it arrived. */
export interface Arrival {
  method: string
  headers: IncomingHttpHeaders
  body: unknown
}

/** A running shop: an Express application that has ZaloPay logins. */
export interface Shop {
  url: string
  callbackURL: string
  /** Every request to the callback, oldest first. */
  arrivals: Arrival[]
}

interface ShopOptions {
  /** Options of the launch page. */
  page?: Partial<LaunchPageOptions>
  /** Sets the session cookie that a frame of another site keeps; the shop is at localhost then. */
  framed?: boolean
  /** Added before the shop's own routes. */
  routes?: (app: express.Express, strategy: Strategy, url: string) => void
}

/** A ZaloPay, and what each test opens beside it. */
interface Scene {
  simulator: ZaloPaySimulator
  fake: FakeSdk
  /** A shop with the SDK of the simulator. */
  open(options?: ShopOptions): Promise<Shop>
  /** A shop with the fake SDK. */
  openFake(options?: ShopOptions): Promise<Shop>
}

/** A ZaloPay for the tests of a file, and a fake SDK and shops for each of them. */
export function useShops(): Scene {
  const scene = {} as Scene
  beforeAll(async () => {
    scene.simulator = await startZaloPay()
  })
  beforeEach(async () => {
    const { simulator } = scene
    simulator.reset()
    scene.fake = await keep(openFakeSdk(simulator))
    scene.open = (options) => openShop(simulator, simulator.sdkURL, options)
    scene.openFake = (options) => openShop(simulator, scene.fake.sdkURL, options)
  })
  afterEach(closeAll)
  afterAll(() => scene.simulator.close())
  return scene
}

async function openShop(
  simulator: ZaloPaySimulator,
  sdkURL: string,
  { page = {}, framed = false, routes }: ShopOptions = {},
): Promise<Shop> {
  const app = express()
  const { port } = await keep(listen(app))
  const url = `http://${framed ? 'localhost' : '127.0.0.1'}:${port}`
  const callbackURL = `${url}/auth/zalopay/callback`
  simulator.callbackURL = callbackURL
  const arrivals: Arrival[] = []

  const { clientID, clientSecret, url: baseURL, userInfoURL } = simulator
  const launchURL = `${url}/auth/zalopay/launch`
  const strategy = new Strategy(
    { clientID, clientSecret, baseURL, userInfoURL, callbackURL, launchURL },
    async (_access, _refresh, { id, displayName = 'nobody' }) => ({ id, name: displayName }),
  )
  const passport = new Passport()
  passport.use(strategy)

  app.use(express.urlencoded(), express.json())
  // browsers take a Secure cookie of localhost over http; express-session wants to hear of TLS
  app.use((req, _res, next) => {
    if (framed) req.headers['x-forwarded-proto'] = 'https'
    next()
  })
  const cookie = { sameSite: 'none', secure: true, partitioned: true } as const
  addSessions(app, passport, framed ? { proxy: true, cookie } : {})
  routes?.(app, strategy, url)

  app.get('/favicon.ico', (_req, res) => void res.status(204).end())
  const form = '<form method="post" action="/auth/zalopay"><button>Log in</button></form>'
  app.get('/', (_req, res) => void res.send(form))
  app.all('/auth/zalopay', passport.authenticate('zalopay'))
  app.get('/auth/zalopay/launch', launchPage({ sdkURL, callbackURL, ...page }))
  app.all('/auth/zalopay/callback', (req, res, next) => {
    const { method, headers, body } = req
    arrivals.push({ method, headers, body: body as unknown })
    type Info = { code?: string; provider?: { code?: string } }
    const end = (error: unknown, user?: User | false, { code = '', provider }: Info = {}) => {
      if (error) return next(error)
      const failed = new URLSearchParams({ code, provider: provider?.code ?? '' })
      if (!user) return res.redirect(303, `/failed?${failed}`)
      return req.logIn(user, (failure) => (failure ? next(failure) : res.redirect(303, '/account')))
    }
    passport.authenticate('zalopay', end)(req, res, next)
  })
  app.get('/account', ({ user }, res) => {
    res.send(`<h1>${(user as User | undefined)?.name ?? 'nobody'}</h1>`)
  })
  app.get('/failed', ({ query: { code, provider } }, res) => {
    res.send(`<h1>${String(code)}</h1><p id="provider">${String(provider)}</p>`)
  })

  return { url, callbackURL, arrivals }
}

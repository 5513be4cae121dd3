import express, { type NextFunction, type Request, type Response } from 'express'
import session, { MemoryStore } from 'express-session'
import passport, { type Strategy as PassportStrategy } from 'passport'
import { Strategy as OAuth2Strategy, type VerifyCallback } from 'passport-oauth2'
import { failureMessage, LoginError } from 'passport-code-flow'
import supertest from 'supertest'
import { expectNoSecret, secretsSeen } from '../../passport-code-flow/test/support/oracle.js'
import type { MonPaySimulator } from '../../passport-provider-simulators/src/index.js'
import { Strategy } from '../src/index.js'
import { asked, closeAll, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

type Fields = Record<string, unknown>

interface Visit {
  method?: 'GET' | 'HEAD' | 'POST'
  body?: string
  headers?: Record<string, string>
}

const ours = (monpay: MonPaySimulator) =>
  new Strategy(optionsFor(monpay), (_a, _r, profile, done) => done(null, profile))

/** The same application code with passport-oauth2, taught where MonPay keeps its user. */
function theirs(monpay: MonPaySimulator): PassportStrategy {
  class Peer extends OAuth2Strategy {
    override userProfile(accessToken: string, done: (error?: unknown, profile?: unknown) => void) {
      const headers = { authorization: `Bearer ${accessToken}` }
      fetch(`${monpay.url}/v2/api/oauth/userinfo`, { headers })
        .then(async (answer) => (await answer.json()) as { result: Fields })
        .then(({ result }) => done(null, { id: String(result['userId']) }), done)
    }
  }
  const { clientID, clientSecret, callbackURL } = optionsFor(monpay)
  const options = {
    clientID,
    clientSecret,
    callbackURL,
    authorizationURL: 'https://nowhere.example/authorize',
    tokenURL: `${monpay.url}/v2/oauth/token`,
  }
  const strategy = new Peer(
    options,
    (_a: string, _r: string, profile: object, done: VerifyCallback) => done(null, profile),
  )
  strategy.name = 'monpay'
  return strategy
}

/** An Express application that logs in by MonPay, and a browser for it. */
async function openShop(
  make: (monpay: MonPaySimulator) => PassportStrategy = ours,
  { parser = 'simple', byInstance = false } = {},
) {
  const monpay = await openMonPay()
  const strategy = make(monpay)
  const store = new MemoryStore()
  const passports = new passport.Passport()
  passports.use(strategy)
  passports.serializeUser((user, done) => done(null, { id: Reflect.get(user, 'id') }))
  passports.deserializeUser((user: object, done) => done(null, user))
  const app = express()
  app.set('query parser', parser).set('trust proxy', true)
  app.use(session({ secret: 'shop', store, resave: false, saveUninitialized: false }))
  app.use(passports.session(), express.json(), express.urlencoded())
  app.get('/basket', (req, res) => {
    Object.assign(req.session, { basket: ['tea'] })
    res.json(null)
  })
  app.get('/me', (req, res) => void res.json(req.user ?? null))
  app.all('/', (req, res, next) => {
    const answer = (
      error: unknown,
      user?: Express.User | false,
      info?: Fields,
      status?: number,
    ) => {
      if (error) return next(error)
      if (!user) return res.status(status ?? 401).send(failureMessage(info?.['code'], 'mn'))
      return req.logIn(user, (problem) => (problem ? next(problem) : res.redirect(303, '/me')))
    }
    const authenticate = passports.authenticate(byInstance ? strategy : 'monpay', answer)
    authenticate(req, res, next)
  })
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    const status = error instanceof LoginError ? error.status : 500
    res.status(status).send(`${error.name} ${failureMessage('general', 'mn')}`)
  })

  /** A browser: it keeps its cookie and follows nothing. */
  function browser() {
    const agent = supertest.agent(app)
    let cookie = ''
    return {
      cookie: () => cookie,
      async visit(path: string, { method = 'GET', body, headers = {} }: Visit = {}) {
        const send = { GET: agent.get, HEAD: agent.head, POST: agent.post }[method]
        const answer = await send.call(agent, path).set(headers).send(body)
        cookie = answer.get('Set-Cookie')?.[0]?.split(';')[0] ?? cookie
        expectNoSecret(secretsSeen(monpay), answer.text, answer.headers, sessions())
        return { status: answer.status, text: answer.text, location: answer.get('Location') }
      },
    }
  }
  const sessions = () => Object.values(Reflect.get(store, 'sessions') as Record<string, string>)
  const code = (userId = 11) => monpay.issueCode(monpay.users.find((one) => one.userId === userId))
  return { monpay, browser, sessions, code }
}

const me = async (visitor: { visit(path: string): Promise<{ text: string }> }) => {
  const user: unknown = JSON.parse((await visitor.visit('/me')).text)
  return user === null ? null : String(Reflect.get(Object(user), 'id'))
}

it('the wallet opens the page, and the visitor is logged in on an address without the code', async () => {
  const { monpay, browser, code, sessions } = await openShop()
  const visitor = browser()
  expect(await visitor.visit(`/?code=${code()}`)).toMatchObject({ status: 303, location: '/me' })
  expect(await me(visitor)).toBe('11')
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token', 'GET /v2/api/oauth/userinfo'])
  expect(sessions().map((one) => Object.keys(JSON.parse(one) as object))).toEqual([
    ['cookie', 'passport'],
  ])
})

it.each([
  ['a form', 'application/x-www-form-urlencoded', (code: string) => `code=${code}`],
  ['JSON', 'application/json', (code: string) => JSON.stringify({ code })],
])('C4 Q16 a page of this site can post the code as %s', async (_, type, write) => {
  const { browser, code } = await openShop()
  const visitor = browser()
  const headers = {
    'content-type': type,
    'sec-fetch-dest': 'empty',
    'sec-fetch-site': 'same-origin',
  }
  const sent = await visitor.visit('/', { method: 'POST', body: write(code()), headers })
  expect(sent.status).toBe(303)
  expect(await me(visitor)).toBe('11')
})

it("C5 Q15 a reload and the back button fail in the visitor's language and stay logged in", async () => {
  const { monpay, browser, code } = await openShop()
  const visitor = browser()
  const path = `/?code=${code()}`
  await visitor.visit(path)
  const again = await visitor.visit(path)
  expect(again).toMatchObject({ status: 403, text: failureMessage('code_already_used', 'mn') })
  expect(monpay.requests).toHaveLength(2)
  expect(await me(visitor)).toBe('11')
})

it('Q1 opened without a code it answers with a page, not with a redirect', async () => {
  const { browser } = await openShop()
  const answer = await browser().visit('/')
  expect(answer).toEqual({
    status: 400,
    text: failureMessage('no_code', 'mn'),
    location: undefined,
  })
})

it.each(['simple', 'extended'])('C3 odd codes fail with the %s query parser', async (parser) => {
  const { monpay, browser } = await openShop(ours, { parser })
  for (const query of ['code=a&code=b', 'code[]=a', 'code[x]=1', 'code=', 'code=%00', 'code=a%20b'])
    expect([query, (await browser().visit(`/?${query}`)).status]).toEqual([query, 400])
  expect((await browser().visit(`/?code=a&${'x=1&'.repeat(3000)}`)).status).toBe(401)
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token'])
})

it('FR39 a link preview by HEAD uses nothing up', async () => {
  const { browser, code } = await openShop()
  const visitor = browser()
  const path = `/?code=${code()}`
  expect((await visitor.visit(path, { method: 'HEAD' })).status).toBe(405)
  expect((await visitor.visit(path)).status).toBe(303)
})

it('T8 a fault of MonPay reaches the error handler as a LoginError with a status', async () => {
  const { monpay, browser, code } = await openShop()
  monpay.misbehave('status-505')
  const answer = await browser().visit(`/?code=${code()}`)
  expect(answer).toMatchObject({ status: 502, text: expect.stringMatching(/^LoginError Нэвтэрч/) })
})

it('Q2 verify learns who is logged in already, and nothing is linked or switched before it says so', async () => {
  const seen: unknown[] = []
  const { browser, code } = await openShop((monpay) => {
    const options = { ...optionsFor(monpay), passReqToCallback: true } as const
    return new Strategy(options, (req: Request, _a, _r, profile, done) => {
      seen.push([req.user && Reflect.get(req.user, 'id'), profile.id])
      done(null, req.user ? false : profile)
    })
  })
  const visitor = browser()
  await visitor.visit(`/?code=${code(11)}`)
  expect((await visitor.visit(`/?code=${code(12)}`)).status).toBe(401)
  expect(await me(visitor)).toBe('11')
  expect(seen).toEqual([
    [undefined, '11'],
    ['11', '12'],
  ])
})

it.each([
  ['passport-monpay', ours],
  ['passport-oauth2', theirs],
])(
  'Q20 the application logs in the same user with %s, which MonPay cannot tell apart',
  async (_, make) => {
    const { monpay, browser, code } = await openShop(make)
    const visitor = browser()
    expect((await visitor.visit(`/?code=${code()}`)).status).toBe(303)
    expect(await me(visitor)).toBe('11')
    expect(Object.keys(monpay.requests[0]?.form ?? {}).sort()).toEqual([
      'client_id',
      'client_secret',
      'code',
      'grant_type',
      'redirect_uri',
    ])
  },
)

import express from 'express'
import session, { MemoryStore } from 'express-session'
import passport, { type Strategy as PassportStrategy } from 'passport'
import { Strategy as OAuth2Strategy, type VerifyCallback } from 'passport-oauth2'
import { failureMessage } from 'passport-code-flow'
import supertest from 'supertest'
import { expectNoSecret, secretsSeen } from '../../passport-code-flow/test/support/oracle.js'
import type { MonPaySimulator } from '../../passport-provider-simulators/src/index.js'
import { Strategy } from '../src/index.js'
import { calls, closeAll, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

const ours = (monpay: MonPaySimulator) =>
  new Strategy(optionsFor(monpay), (_a, _r, { id }, done) => done(null, { id }))

/** The same application code with passport-oauth2, taught where MonPay keeps its user. */
function theirs(monpay: MonPaySimulator): PassportStrategy {
  class Peer extends OAuth2Strategy {
    override userProfile(accessToken: string, done: (error?: unknown, profile?: unknown) => void) {
      const headers = { authorization: `Bearer ${accessToken}` }
      fetch(`${monpay.url}/v2/api/oauth/userinfo`, { headers })
        .then(async (answer) => (await answer.json()) as { result: { userId: number } })
        .then(({ result }) => done(null, { id: String(result.userId) }), done)
    }
  }
  const options = {
    ...optionsFor(monpay),
    authorizationURL: 'https://nowhere.example/authorize',
    tokenURL: `${monpay.url}/v2/oauth/token`,
  }
  return new Peer(options, (_a: string, _r: string, profile: object, done: VerifyCallback) =>
    done(null, profile),
  )
}

/** An Express application that logs in by MonPay, and a browser for it, which follows nothing. */
async function openShop(make: (monpay: MonPaySimulator) => PassportStrategy = ours) {
  const monpay = await openMonPay()
  const store = new MemoryStore()
  const passports = new passport.Passport()
  passports.use('monpay', make(monpay))
  passports.serializeUser((user, done) => done(null, user))
  passports.deserializeUser((user: object, done) => done(null, user))
  const app = express()
  app.use(session({ secret: 'shop', store, resave: false, saveUninitialized: false }))
  app.use(passports.session(), express.json(), express.urlencoded())
  app.get('/me', (req, res) => void res.json(req.user ?? null))
  app.all('/', (req, res, next) => {
    const end: passport.AuthenticateCallback = (error, user, info, status) => {
      if (error) return next(error)
      const { code } = Object(info)
      if (!user) return res.status(Number(status)).send(failureMessage(code, 'mn'))
      return req.logIn(user, (problem) => (problem ? next(problem) : res.redirect(303, '/me')))
    }
    passports.authenticate('monpay', end)(req, res, next)
  })
  const sessions = () => Object.values(Reflect.get(store, 'sessions') as Record<string, string>)
  const browser = supertest.agent(app)
  const visit = async (asked: supertest.Test) => {
    const answer = await asked
    expectNoSecret(secretsSeen(monpay), answer.text, answer.headers, sessions())
    return answer
  }
  const me = async () => (await visit(browser.get('/me'))).body as unknown
  return { monpay, browser, visit, sessions, me }
}

it.each([
  ['passport-monpay', ours],
  ['passport-oauth2', theirs],
])(
  'Q20 the wallet opens the page, and %s logs in the same user by the same request, on an address without the code',
  async (_, make) => {
    const { monpay, browser, visit, sessions, me } = await openShop(make)
    const answer = await visit(browser.get(`/?code=${monpay.issueCode()}`))
    expect([answer.status, answer.get('Location')]).toEqual([303, '/me'])
    expect(await me()).toEqual({ id: '11' })
    expect(calls(monpay)).toEqual(['POST token', 'GET profile'])
    expect(Object.keys(monpay.requests[0]?.form ?? {}).sort()).toEqual([
      'client_id',
      'client_secret',
      'code',
      'grant_type',
      'redirect_uri',
    ])
    expect(sessions().map((one) => Object.keys(JSON.parse(one) as object))).toEqual([
      ['cookie', 'passport'],
    ])
  },
)

it.each(['form', 'json'])('C4 Q16 a page of this site can post the code as %s', async (type) => {
  const { monpay, browser, visit, me } = await openShop()
  const own = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }
  const code = monpay.issueCode()
  expect((await visit(browser.post('/').type(type).set(own).send({ code }))).status).toBe(303)
  expect(await me()).toEqual({ id: '11' })
})

it("C5 Q15 a reload fails in the visitor's language and stays logged in, and a link preview uses nothing up", async () => {
  const { monpay, browser, visit, me } = await openShop()
  const path = `/?code=${monpay.issueCode()}`
  expect((await visit(browser.head(path))).status).toBe(405)
  expect((await visit(browser.get(path))).status).toBe(303)
  const again = await visit(browser.get(path))
  expect([again.status, again.text]).toEqual([403, failureMessage('code_already_used', 'mn')])
  expect(monpay.requests).toHaveLength(2)
  expect(await me()).toEqual({ id: '11' })
})

it('Q2 verify learns who is logged in already, and nothing is switched before it says so', async () => {
  const seen: unknown[] = []
  const { monpay, browser, visit, me } = await openShop((provider) => {
    const options = { ...optionsFor(provider), passReqToCallback: true } as const
    return new Strategy(options, ({ user }, _a, _r, { id }, done) => {
      seen.push([user, id])
      done(null, user ? false : { id })
    })
  })
  const ends: number[] = []
  for (const user of monpay.users.slice(0, 2))
    ends.push((await visit(browser.get(`/?code=${monpay.issueCode(user)}`))).status)
  expect(ends).toEqual([303, 401])
  expect(seen).toEqual([
    [undefined, '11'],
    [{ id: '11' }, '12'],
  ])
  expect(await me()).toEqual({ id: '11' })
})

import express from 'express'
import session from 'express-session'
import { Passport, type Strategy as PassportStrategy } from 'passport'
import { Strategy as OAuth2Strategy, type VerifyCallback } from 'passport-oauth2'
import supertest from 'supertest'
import { expectNoSecret, secretsSeen } from '../../passport-code-flow/test/support/oracle.js'
import { addSessions } from '../../passport-code-flow/test/support/shop.js'
import type { MonPaySimulator } from '../../passport-provider-simulators/src/index.js'
import { Strategy } from '../src/index.js'
import { calls, closeAll, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

const ours = (monpay: MonPaySimulator) =>
  new Strategy(optionsFor(monpay), async (_access, _refresh, { id }) => ({ id }))

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

it.each([
  ['passport-monpay', ours],
  ['passport-oauth2', theirs],
])('Q20 %s logs in the same user by the same request from the wallet', async (_, make) => {
  const monpay = await openMonPay()
  const store = new session.MemoryStore()
  const passport = new Passport()
  passport.use('monpay', make(monpay))
  const app = addSessions(express(), passport, { store })
  app.get('/me', (req, res) => void res.json(req.user ?? null))
  app.get('/', passport.authenticate('monpay', { successRedirect: '/me' }))
  const browser = supertest.agent(app)
  const answer = await browser.get(`/?code=${monpay.issueCode()}`).expect(302)
  const { body } = await browser.get('/me')
  expect([answer.get('Location'), body]).toEqual(['/me', { id: '11' }])
  expect(calls(monpay)).toEqual(['POST token', 'GET profile'])
  const sent = Object.keys(monpay.requests[0]?.form ?? {}).sort()
  expect(sent).toEqual(['client_id', 'client_secret', 'code', 'grant_type', 'redirect_uri'])
  const sessions = Object.values(Reflect.get(store, 'sessions') as Record<string, string>)
  const kept = sessions.map((text) => Object.keys(JSON.parse(text) as object))
  expect(kept).toEqual([['cookie', 'passport']])
  expectNoSecret(secretsSeen(monpay), answer.text, answer.headers, sessions)
})

import express from 'express'
import supertest from 'supertest'
import type { CallbackRules, Provider } from '../src/index.js'
import { CODE, json, openLogin, TOKEN, useAcme } from './support/acme.js'
import { attempt, request } from './support/bare.js'

// What docs/adding-a-provider.md says about providers that differ most.

const acme = useAcme()

/** VK ID's callback: the exchange needs its device_id and state. */
const callback: CallbackRules = {
  code: 'code',
  login: 'state',
  read: (parameters) => {
    const code = parameters.get('code')
    if (code === undefined) return undefined
    const device_id = parameters.get('device_id') ?? ''
    const state = parameters.get('state') ?? ''
    return { code: new URLSearchParams({ code, device_id, state }).toString() }
  },
}
const tokenRequest: Provider['tokenRequest'] = ({ code }) => ({
  method: 'POST',
  form: { ...Object.fromEntries(new URLSearchParams(code)), grant_type: 'authorization_code' },
})

it('FR56 a token request has the parameters of the callback that callback.read puts into the code', async () => {
  const describe = { callback, tokenRequest }
  const { strategy, session, state } = await openLogin(acme, { describe })
  const query = new URLSearchParams({ code: 'a+b/c', state, device_id: 'd 1' })
  const result = await attempt(strategy, request(`/callback?${query}`, { session }))
  expect(result).toMatchObject({ action: 'success' })
  expect(Object.fromEntries(new URLSearchParams(acme.calls[0]?.body))).toEqual({
    grant_type: 'authorization_code',
    code: 'a+b/c',
    device_id: 'd 1',
    state,
  })
})

it('FR56 no error shows a code that callback.read has put together', async () => {
  acme.token = json({ error: 'x', error_description: `no code ${CODE} of device-1234` }, 400)
  const describe = { callback, tokenRequest }
  const { strategy, session, state } = await openLogin(acme, { describe })
  const query = new URLSearchParams({ code: CODE, state, device_id: 'device-1234' })
  const result = await attempt(strategy, request(`/callback?${query}`, { session }))
  const provider = { message: 'no code [redacted] of [redacted]' }
  expect(result).toMatchObject({ error: { code: 'config', provider } })
})

it('FR56 a refusal that an exchange gets from its first call ends the login when it is returned', async () => {
  acme.token = json({ error: 'invalid_grant' }, 400)
  const exchange: Provider['exchange'] = async ({ code }, ask) => {
    const first = await ask({ method: 'POST', form: { code } })
    return first.body['access_token'] === undefined ? first : ask({ method: 'POST', url: '/token' })
  }
  const { finish } = await openLogin(acme, { describe: { exchange } })
  expect(await finish()).toBe('fail invalid_code 401')
  expect(acme.calls).toHaveLength(1)
})

it('FR56 a user has no email address where the call for it is refused and caught', async () => {
  acme.profile = (req, res) =>
    req.url === '/me'
      ? json({ sub: 'u1' })(req, res, '')
      : json({ error: 'scope' }, 403)(req, res, '')
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => {
    const { body } = await ask({ method: 'GET' })
    const emails = await ask({ method: 'GET', url: '/emails' }).catch(() => undefined)
    return { id: body['sub'], email: emails?.body['primary'] }
  }
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { fetchUser } })
  const result = await attempt(strategy, arrive())
  expect(result).toMatchObject({ user: { id: 'u1', _json: { sub: 'u1' } } })
  expect(result).not.toHaveProperty('user.emails')
})

it('FR56 a form that the provider posts completes the login as the GET that follows', async () => {
  const { strategy, session, state } = await openLogin(acme)
  const app = express()
  app.post('/callback', express.urlencoded({ extended: false }), (req, res) => {
    res.redirect(303, `/callback?${new URLSearchParams(req.body as Record<string, string>)}`)
  })
  const form = { code: CODE, state, user: '{"name":{"firstName":"Ада"}}' }
  const { headers } = await supertest(app).post('/callback').type('form').send(form).expect(303)
  const fetched = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }
  const arrived = request(headers['location'] ?? '', { session, headers: fetched })
  expect(await attempt(strategy, arrived)).toMatchObject({ action: 'success' })
  expect(acme.calls[0]?.body).toContain(`code=${CODE}`)
  expect(acme.calls[1]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transformSync } from '@swc/core'
import express from 'express'
import { Passport } from 'passport'
import supertest from 'supertest'
import type { CodeFlowOptions, CodeFlowStrategy, LoginError, Provider } from '../src/index.js'
import { read, strategyFor } from '../src/index.js'
import { openDocument, ROOT } from './readme/document.js'
import { acmeStrategy, json, SECRET, useAcme } from './support/acme.js'
import { attempt, createSession, ending, request, succeed } from './support/bare.js'
import { recordTrace } from './support/oracle.js'
import { addSessions } from './support/shop.js'

const acme = useAcme()

/** As small applications parse a query: throws for an escape that is not whole. */
function parseQuery(query: string | null): object {
  const pairs = (query ?? '').split('&').map((pair) => pair.split('=').map(decodeURIComponent))
  return Object.fromEntries(pairs) as object
}

/** An application that has registered strategies with Passport, under names of its own. */
function openApp(strategies: Record<string, CodeFlowStrategy>) {
  const app = express()
  app.set('query parser', parseQuery)
  const passport = new Passport()
  for (const [name, strategy] of Object.entries(strategies)) passport.use(name, strategy)
  addSessions(app, passport)
  app.get('/:site/login', (req, res, next) => {
    const { site } = req.params
    passport.authenticate(site, { returnTo: `/${site}`, state: { site } })(req, res, next)
  })
  app.get('/:site/callback', (req, res, next) => {
    const answer = (error: unknown, _user: unknown, info: unknown) =>
      error ? next(error) : void res.json(info)
    passport.authenticate(req.params.site, answer)(req, res, next)
  })
  app.use((error: LoginError, _req: unknown, res: express.Response, _next: unknown) => {
    res.status(error.status).json({ strategy: error.strategy, clientID: error.clientID })
  })
  return supertest.agent(app)
}

it('a query that the parser of the application cannot read ends one request, not the process', async () => {
  const browser = openApp({ friends: acmeStrategy(acme) })
  for (const path of ['/friends/login?%', '/friends/callback?code=%'])
    await browser.get(path).expect(500, { strategy: 'acme', clientID: 'app' })
})

it('FR04 two sites that Passport knows by names of its own keep their logins apart, and errors tell which', async () => {
  const site = (name: string) =>
    acmeStrategy(acme, { clientID: name, callbackURL: `https://app.test/${name}/callback` })
  const browser = openApp({ friends: site('friends'), club: site('club') })
  const start = async (name: string) => {
    const { headers } = await browser.get(`/${name}/login`).expect(302)
    return new URL(headers['location'] ?? '').searchParams.get('state')
  }
  const [friends, club] = [await start('friends'), await start('club')]
  await browser.get(`/club/callback?code=a&state=${friends}`).expect(200, /no_pending_login/)
  for (const [name, state] of Object.entries({ friends, club })) {
    const { body } = await browser.get(`/${name}/callback?code=of-${name}&state=${state}`)
    expect(body).toMatchObject({ returnTo: `/${name}`, state: { site: name } })
  }
  acme.token = json({}, 500)
  const trace = recordTrace()
  const callback = `/club/callback?code=z&state=${await start('club')}`
  await browser.get(callback).expect(502, { strategy: 'acme', clientID: 'club' })
  trace.stop()
  expect(new Set(trace.events.map(({ clientID }) => clientID))).toEqual(new Set(['club']))
})

const ROUTES = join(ROOT, 'matrix/types/routes.ts')

/** A program without its types, comments and line breaks. */
function bare(source: string): string {
  const minify = { compress: false, mangle: false }
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022', minify } as const
  return transformSync(source, { minify: true, jsc }).code.replace(/;$/, '')
}

it.each(['monpay', 'zalopay-pkce', 'moneypools', 'code-flow'])(
  'FR11 the program that compiles has each route of the README of passport-%s word for word',
  (name) => {
    const { blocks } = openDocument(`packages/passport-${name}/README.md`)
    const program = blocks.find(({ file }) => file === 'app.js')?.source ?? ''
    // each statement ends at the first line that begins with a bracket, or at once
    const statements = program.match(
      /^(?:app\.\w+\(|const callback )(?:.*\)(?: \/\/.*)?$|[^]*?^[)}].*$)/gm,
    )
    const routes = statements?.filter((text) => /'\/auth|^const callback/.test(text)) ?? []
    expect(routes.length).toBeGreaterThan(1)
    const compiled = bare(readFileSync(ROUTES, 'utf8'))
    for (const route of routes) expect(compiled).toContain(bare(route))
  },
)

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** Runs something with a folder of its own. */
function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'types-'))
  try {
    run(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

it("FR11 the READMEs' routes compile in an application that has @types/passport", () => {
  const names = ['passport-code-flow', 'passport-moneypools', 'passport-zalopay-pkce']
  const sources = names.map((name) => [name, [join(ROOT, 'packages', name, 'src/index.ts')]])
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      noEmit: true,
      // what this workspace asks beyond `strict`, and applications need not
      noImplicitReturns: false,
      noPropertyAccessFromIndexSignature: false,
      rootDir: ROOT,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: Object.fromEntries(sources) as object,
    },
    files: [ROUTES],
  }
  inFolder((folder) => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    expect(String(execFileSync(process.execPath, [TSC, '-p', folder]))).toBe('')
  })
})

it('FR41 the types take no default import from Node, which applications without esModuleInterop have not', () => {
  const core = join(ROOT, 'packages/passport-code-flow')
  const emit = ['--composite', 'false', '--emitDeclarationOnly', '--outDir']
  inFolder((folder) => {
    execFileSync(process.execPath, [TSC, '-p', core, ...emit, folder])
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const types = files.filter((name) => name.endsWith('.d.ts'))
    expect(types).toContain(join('net', 'transport.d.ts'))
    const texts = types.map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(texts.join('\n')).not.toMatch(/^import (?:type )?\w+ from/m)
  })
})

/** WoWonder's "Log in with", whose clients exchange by a GET and read errors under status 200. */
const wowonder =
  (base: string) =>
  ({ clientID, clientSecret }: CodeFlowOptions): Provider => ({
    name: 'wowonder',
    initiatedBy: 'site',
    tokenURL: `${base}/token`,
    userInfoURL: `${base}/app_api?type=get_user_data`,
    callback: {
      code: 'code',
      // the site appends its query to whatever is registered
      read: ({ rawQuery }) => {
        const [, code] = /[?]code=([^&?]*)/.exec(rawQuery) ?? []
        return code === undefined ? {} : { code }
      },
    },
    start: () => `${base}/oauth?app_id=${clientID}`,
    tokenRequest: ({ code }) => ({
      method: 'GET',
      query: { app_id: clientID, app_secret: clientSecret, code },
    }),
    readTokens: ({ body }) => ({ accessToken: body['access_token'], params: body }),
    readRefusal: ({ body: { errors } }, step) => {
      if (read.isNothing(errors)) return undefined
      const provider = { message: read.text(read.object(errors)['error_text']) }
      return { kind: step === 'token' ? 'invalid_code' : 'config', provider }
    },
    userInfoRequest: ({ accessToken }) => ({ method: 'GET', query: { access_token: accessToken } }),
    readUser: ({ body }) => {
      const user = read.object(body['user_data'])
      return { id: user['id'], username: user['username'] }
    },
  })

const TOKEN = { status: 200, access_token: 'token-of-wowonder' }
const REFUSED = { api_status: 400, errors: { error_id: '5', error_text: 'no such code' } }
const USER = { api_status: 200, user_data: { id: '7', username: 'bat' } }

/** A login whose callback has this query. */
async function logIn(query = 'code=key') {
  const Strategy = strategyFor(wowonder(acme.url))
  const callbackURL = 'https://app.test/callback'
  const options = { clientID: 'app', clientSecret: SECRET, callbackURL }
  const strategy = new Strategy(options, (_access, _refresh, profile, done) => done(null, profile))
  const session = createSession()
  await attempt(strategy, request('/login', { session }))
  return [strategy, request(`/callback?${query}`, { session })] as const
}

it.each(['code=key', 'page=login?code=key', 'page=login&code=key'])(
  'FR38 a provider for WoWonder logs in by the callback ?%s, with the secret in the query of a GET',
  async (query) => {
    acme.token = json(TOKEN)
    acme.profile = json(USER)
    const user = { provider: 'wowonder', id: '7', username: 'bat' }
    expect(await succeed(...(await logIn(query)))).toMatchObject({ user })
    expect(acme.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /token?app_id=app&app_secret=${SECRET}&code=key`,
      'GET /app_api?type=get_user_data&access_token=token-of-wowonder',
    ])
  },
)

it.each<[string, object, object, string]>([
  ['a refused code under 200', REFUSED, USER, 'fail invalid_code 401'],
  ['a refused token under 200', TOKEN, REFUSED, 'error profile_failed 502'],
  ['no user', TOKEN, { api_status: 200 }, 'error no_subject 502'],
  ['a list of errors without any', { ...TOKEN, errors: [] }, USER, 'success'],
])('FR38 a provider for WoWonder that answers with %s', async (_what, token, profile, end) => {
  acme.token = json(token)
  acme.profile = json(profile)
  expect(await ending(...(await logIn()))).toBe(end)
})

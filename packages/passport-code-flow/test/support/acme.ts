import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  type CodeFlowOptions,
  type CodeFlowStrategy,
  type Profile,
  type Provider,
  type Tokens,
  read,
  strategyFor,
} from '../../src/index.js'
import { listen } from '../../../../test/server.js'
import { attempt, createSession, ending, request, type TestSession } from './bare.js'

/** What the stub server answers for a path; it may do anything to the response. */
export type Responder = (req: IncomingMessage, res: ServerResponse, body: string) => void

/** A provider that follows RFC 6749 and 7636, and a server for it whose answers a test sets. */
export interface Acme {
  url: string
  calls: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[]
  /** Sockets that were opened to it. */
  sockets: Set<unknown>
  token: Responder
  profile: Responder
  close(): Promise<void>
}

export const SECRET = 'marker-client-secret'
export const TOKEN = 'marker-access-token'
export const REFRESH = 'marker-refresh-token'
export const CODE = 'marker-code'

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Responder =>
  (_req, res) => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

/** An Acme for each test of a file. */
export function useAcme(): Acme {
  const acme = {} as Acme
  beforeEach(() => startAcme(acme))
  afterEach(() => acme.close())
  return acme
}

export async function startAcme(acme = {} as Acme): Promise<Acme> {
  const good = { access_token: TOKEN, token_type: 'bearer', refresh_token: REFRESH, expires_in: 60 }
  const server = createServer((req, res) => {
    let body = ''
    req.on('data', (chunk: Buffer) => (body += chunk.toString()))
    req.on('end', () => {
      const { method = '', url: path = '', headers } = req
      acme.calls.push({ method, path, headers, body })
      const respond = path.startsWith('/token') ? acme.token : acme.profile
      respond(req, res, body)
    })
  })
  const { url, close } = await listen(server)
  Object.assign(acme, {
    url,
    calls: [],
    sockets: new Set(),
    token: json(good),
    profile: json({ sub: 'u1', name: 'Ada' }),
    close,
  } satisfies Acme)
  server.on('connection', (socket) => acme.sockets.add(socket))
  return acme
}

/** The description of Acme, as the author of a fourth strategy would write it. */
export function describeAcme(
  url: string,
  more: Partial<Provider> = {},
): (options: CodeFlowOptions) => Provider {
  return ({ clientID, clientSecret, callbackURL }) => ({
    name: 'acme',
    initiatedBy: 'site',
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    tokenURL: `${url}/token`,
    userInfoURL: `${url}/me`,
    start: ({ id, codeChallenge }) =>
      `${url}/authorize?${new URLSearchParams({ client_id: clientID, state: id, code_challenge: codeChallenge })}`,
    tokenRequest: ({ code, codeVerifier }) => {
      const client = { client_id: clientID, client_secret: clientSecret, redirect_uri: callbackURL }
      const form = { grant_type: 'authorization_code', code, code_verifier: codeVerifier }
      return { method: 'POST', form: { ...form, ...client } }
    },
    refreshRequest: (refreshToken) => ({
      method: 'POST',
      form: { grant_type: 'refresh_token', refresh_token: refreshToken },
    }),
    readTokens: ({ body }) => ({
      accessToken: body['access_token'],
      refreshToken: body['refresh_token'],
      tokenType: body['token_type'],
      expiresAt: read.expiresAt(body['expires_in'], 'seconds'),
      subject: body['sub'],
      params: body,
    }),
    readRefusal: ({ body }) => {
      const code = read.text(body['error'])
      if (code === undefined) return undefined
      const kind = code === 'invalid_grant' ? 'invalid_code' : 'config'
      return { kind, provider: { code, message: read.text(body['error_description']) } }
    },
    userInfoRequest: ({ accessToken }: Tokens) => ({
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}` },
    }),
    readUser: ({ body }) => ({ id: body['sub'], displayName: body['name'] }),
    ...more,
  })
}

/** In the description of a provider: it starts logins itself, and names none. */
export const BY_PROVIDER: Partial<Provider> = {
  initiatedBy: 'provider',
  callback: { code: 'code' },
  ...({ start: undefined, pkce: undefined } as object),
}

/** Verify that lets everybody in. */
export const letIn = (_access: string, _refresh: string | undefined, profile: Profile) =>
  Promise.resolve(profile)

export type Options = Partial<CodeFlowOptions> & { verify?: unknown; describe?: Partial<Provider> }

/** A strategy for Acme. */
export function acmeStrategy(acme: Pick<Acme, 'url'>, options: Options = {}): CodeFlowStrategy {
  const { verify = letIn, describe = {}, ...rest } = options
  const Strategy = strategyFor(describeAcme(acme.url, describe), { package: 'acme' })
  const client = { clientID: 'app', clientSecret: SECRET, callbackURL: 'https://app.test/callback' }
  // a busy machine is no failure
  return new Strategy({ ...client, timeout: 10_000, ...rest }, verify as typeof letIn)
}

/** Starts a login and gives back its session and the callback that would complete it. */
export async function started(
  strategy: CodeFlowStrategy,
  session: TestSession = createSession(),
  options?: object,
) {
  const result = await attempt(strategy, request('/login', { session }), options)
  if (result.action !== 'redirect') throw new Error(`no redirect but ${JSON.stringify(result)}`)
  const state = result.url.searchParams.get('state') ?? ''
  return {
    session,
    state,
    url: result.url,
    callback: (code = CODE, more = {}) =>
      request(`/callback?${new URLSearchParams({ code, state })}`, { session, ...more }),
  }
}

/** A strategy for Acme with a login that waits for its code; `finish` says how it ends. */
export async function openLogin(acme: Pick<Acme, 'url'>, options: Options = {}) {
  const strategy = acmeStrategy(acme, options)
  const login = await started(strategy)
  const finish = (code?: string, more?: object) => ending(strategy, login.callback(code, more))
  return { strategy, ...login, finish }
}

/** Where a session holds the pending logins of Acme's usual strategy. */
export function acmeKey({ url }: Pick<Acme, 'url'>): string {
  const identity = ['app', 'https://app.test/callback', `${url}/token`].join('\0')
  const digest = createHash('sha256').update(identity).digest('base64url')
  return `passport-code-flow:acme:${digest.slice(0, 8)}`
}

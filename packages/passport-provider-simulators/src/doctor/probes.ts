import { parseURL } from '../hosts.js'
import { ask, isRedirect, NO_CODE, type Reply, unreachable } from './ask.js'
import { type Finding, type Findings, check, ok, unknown, wrong } from './finding.js'
import type { DoctorSettings, ProviderName } from './settings.js'

type Probe = (url: URL, settings: DoctorSettings) => Promise<Findings>

const TOKEN_PROBES: Record<ProviderName, Probe> = {
  monpay: examineMonPay,
  zalopay: examineZaloPay,
  moneypools: examineSngine,
}

/** Asks the provider's token endpoint with a code that does not exist. */
export async function examineToken(url: URL, settings: DoctorSettings): Promise<Findings> {
  return TOKEN_PROBES[settings.provider](url, settings).catch((error: unknown) =>
    unreachable(`the token endpoint ${show(url)} cannot be asked`, error),
  )
}

/** Whether there is a user info endpoint: it must refuse a token that does not exist. */
export async function examineUserInfo(url: URL, settings: DoctorSettings): Promise<Findings> {
  return probeUserInfo(url, settings).catch((error: unknown) =>
    unreachable(`the user info endpoint ${show(url)} cannot be asked`, error),
  )
}

async function probeUserInfo(url: URL, { provider, clientSecret }: DoctorSettings) {
  // without the secret, ZaloPay's answer says nothing about the address
  if (provider === 'zalopay' && !clientSecret) return undefined
  const headers = {
    authorization: `Bearer ${NO_CODE}`,
    ...(provider === 'zalopay' && { 'x-secret-key': clientSecret ?? '' }),
  }
  const asked = new URL(url)
  if (provider === 'moneypools') asked.searchParams.set('access_token', NO_CODE)
  const reply = await ask(asked, { headers })
  const isOwnError = provider === 'zalopay' && isZaloPayError(reply)
  const missing = !isOwnError && findMissing('user info endpoint', `GET ${show(url)}`, reply)
  if (missing) return missing
  if (isOwnError || refusesToken(reply)) return ok(`there is a user info endpoint at ${show(url)}`)
  const what = `GET ${show(url)} answers ${reply.status}: not what a user info endpoint answers`
  return check(what, adviceFor(reply))
}

/**
 * True for an answer that refuses: by its status, or by a member of the JSON under status 200. No
 * provider is known to refuse a token with 403, and firewalls answer any address with it.
 */
function refusesToken({ status, body }: Reply): boolean {
  return status === 400 || status === 401 || (status === 200 && Object.keys(body).length > 0)
}

/** https://developers.monpay.mn/en/guide/mini-app/: the errors of its token endpoint. */
async function examineMonPay(url: URL, settings: DoctorSettings): Promise<Findings> {
  const { clientID = '', clientSecret = '', callbackURL = '' } = settings
  const form = {
    grant_type: 'authorization_code',
    code: NO_CODE,
    redirect_uri: callbackURL,
    client_id: clientID,
    client_secret: clientSecret,
  }
  const isComplete = clientID !== '' && clientSecret !== ''
  const reply = await ask(url, { method: 'POST', ...(isComplete && { form }) })
  if (!isComplete) return withoutSecret(url, reply)
  // MonPay's page does not say in which member the word comes
  const word = reply.body['error'] ?? reply.body['code']
  if (word === 'invalid_grant')
    return ok('MonPay accepts client id and secret, and refuses a code that does not exist')
  if (word === 'unauthorized_client')
    return wrong(
      'MonPay does not know this client id and secret',
      'Staging and production have different ones. Are these the ones of this environment?',
    )
  if (word === 'invalid_request')
    return wrong(
      `MonPay refuses the request: ${quote(reply.body['error_description'] ?? word)}`,
      'If this is about redirect_uri: the callback URL is not the registered redirect URL. Compare them letter by letter.',
    )
  return notUnderstood(url, reply, word)
}

/** No error of ZaloPay's token endpoint is published, so the finding shows the error itself. */
async function examineZaloPay(url: URL, settings: DoctorSettings): Promise<Findings> {
  const { clientSecret } = settings
  const question = {
    method: 'POST',
    ...(clientSecret && { headers: { 'x-secret-key': clientSecret } }),
    json: { code: NO_CODE, code_verifier: '0'.repeat(43) },
  } as const
  const reply = await ask(url, question)
  if (!clientSecret) return isZaloPayError(reply) ? withoutSecret() : withoutSecret(url, reply)
  if (!isZaloPayError(reply)) return notUnderstood(url, reply, reply.body['error'])
  const error = JSON.stringify(reply.body['error'])
  if (refusesKey(reply))
    return wrong(
      `ZaloPay most likely refuses the secret or the app: ${error}`,
      'The strategy ends each login with this error in config. If the error is only about the code, the option classifyError can return invalid_code.',
    )
  return check(
    `ZaloPay refuses a code that does not exist, with ${error}`,
    'If this error is about the key, the secret is wrong. The option classifyError can then return config.',
  )
}

/** ZaloPay's errors are an object, for any HTTP status. */
function isZaloPayError({ body: { error } }: Reply): boolean {
  return typeof error === 'object' && error !== null && !Array.isArray(error)
}

/**
 * True for the numbers of google.rpc that mean "permission denied" and "unauthenticated". For an error
 * without a number of google.rpc, the status says so.
 */
function refusesKey({ body, status }: Reply): boolean {
  const { code } = body['error'] as { code?: unknown }
  const number = Number(code)
  if (number >= 1 && number <= 16) return number === 7 || number === 16
  // with the documented status 200, the number may be one of HTTP
  const said = status === 200 ? number : status
  return said === 401 || said === 403
}

/**
 * Sngine checks the app id, then the secret, then the key. Its error names the first one that is
 * missing. This shows whether it reads the form or the query. Only then the secret is sent, in that
 * way.
 */
async function examineSngine(url: URL, settings: DoctorSettings): Promise<Findings> {
  const { clientID = '', clientSecret, tokenMethod } = settings
  if (!clientID) return undefined
  const query = { app_id: clientID }
  const posted = await authorize(url, 'POST', query)
  const replies = { POST: posted, GET: await authorize(url, 'GET', query) }
  if (Object.values(replies).some(isRedirect))
    return wrong(
      `the site answers ${show(url)} with a redirect: this is not its own address`,
      'Use the exact address of the redirect. Look at "www." and https.',
    )
  const method = (['POST', 'GET'] as const).find(
    (one) => replies[one].body['message'] === 'Bad Request, invalid app_secret',
  )
  if (method === undefined) return notUnderstood(url, posted, posted.body['message'])
  const complete = { ...query, app_secret: clientSecret ?? '', auth_key: NO_CODE }
  return [
    examineMethod(method, tokenMethod),
    clientSecret ? examineSecret(await authorize(url, method, complete)) : withoutSecret(),
  ]
}

function authorize(url: URL, method: 'GET' | 'POST', fields: Record<string, string>) {
  if (method === 'POST') return ask(url, { method, form: fields })
  const asked = new URL(url)
  for (const [name, value] of Object.entries(fields)) asked.searchParams.set(name, value)
  return ask(asked)
}

function examineMethod(method: string, configured = 'auto'): Finding {
  const since = method === 'POST' ? 'Sngine 4.0.4 or later' : 'a Sngine before 4.0.4'
  if (configured === 'auto' || configured === method)
    return ok(`the token endpoint takes ${method}: ${since}`)
  return wrong(
    `the token endpoint takes ${method} (${since}), and tokenMethod is ${configured}`,
    `Set tokenMethod to ${method} or auto.`,
  )
}

function examineSecret({ body }: Reply): Finding {
  const message = body['message']
  if (message === 'Bad Request, invalid auth_key')
    return ok('the site accepts app id and secret, and refuses a key that does not exist')
  if (message === 'Bad Request, invalid app_secret')
    return wrong(
      'the site says that the app secret is wrong',
      'Copy it again from /developers/apps.',
    )
  return wrong(
    `the site refuses the app: ${quote(message)}`,
    'Is the app id right, the app enabled, and the developers module switched on?',
  )
}

/** Even without a secret, an answer may show that the address is wrong. */
function withoutSecret(url?: URL, reply?: Reply): Finding {
  const missing = url && reply && findMissing('token endpoint', `POST ${show(url)}`, reply)
  if (missing) return missing
  return unknown('client id and secret were not tried', 'Set both to try them.')
}

function notUnderstood(url: URL, reply: Reply, word: unknown): Finding {
  const { error_msg: ofGateway, message = ofGateway } = reply.body
  const said = quote(word ?? message)
  const what = `answers ${reply.status}, ${typeOf(reply)}, ${said}: not what is documented`
  return (
    findMissing('token endpoint', `POST ${show(url)}`, reply) ??
    wrong(`the token endpoint ${show(url)} ${what}`, adviceFor(reply))
  )
}

const ELSEWHERE =
  'Is this the right address? Is the provider under maintenance? Does a firewall answer?'

/** What to do about an answer that is not the endpoint's. */
function adviceFor({ status, headers: { 'retry-after': after } }: Reply): string {
  const later = after ? `Try again later (Retry-After: ${after}).` : 'Try again later.'
  if (status === 429) return `This machine has sent too many requests. ${later}`
  if (status >= 500) return `The provider, or a proxy in front of it, has a fault. ${later}`
  return ELSEWHERE
}

/** A finding if such an endpoint never gives this answer; otherwise undefined. */
function findMissing(name: string, question: string, reply: Reply): Finding | undefined {
  const { status, headers, body } = reply
  const missing = (what: string, advice: string) =>
    wrong(`there is no ${name} at this address: ${question} ${what}`, advice)
  // a provider's own answer has a JSON body, which PHP calls a page by default
  const isOwn = Object.keys(body).length > 0
  if (/^basic\b/i.test(headers['www-authenticate'] ?? '') && !isOwn)
    return missing(
      'asks for a password (HTTP Basic)',
      'Does a proxy protect this address? The login API must answer without a password.',
    )
  if (isRedirect(reply))
    return missing(
      `answers ${status}, a redirect to ${originOf(headers.location)}`,
      'No strategy follows a redirect. Use the exact address.',
    )
  if (status === 404 || status === 405) return missing(`answers ${status}`, ELSEWHERE)
  if (isOwn || !/html/i.test(typeOf(reply))) return undefined
  const page = `answers ${status} with a page (text/html)`
  // with another status, the page says nothing about the address
  if (status === 200) return missing(page, ELSEWHERE)
  return wrong(`${question} ${page}, not with JSON`, adviceFor(reply))
}

function typeOf({ headers }: Reply): string {
  return headers['content-type'] ?? 'no content type'
}

function originOf(location = ''): string {
  return parseURL(location)?.origin ?? 'the same host'
}

/** An address without its query. */
function show({ origin, pathname }: URL): string {
  return origin + pathname
}

/** A provider's word. */
function quote(word: unknown): string {
  return typeof word === 'string' ? JSON.stringify(word) : 'no error'
}

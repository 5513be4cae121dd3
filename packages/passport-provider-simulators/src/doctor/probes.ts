import { ask, explain, NO_CODE, type Reply } from './ask.js'
import { type Finding, check, ok, unknown, wrong } from './finding.js'
import type { DoctorSettings, ProviderName } from './settings.js'

type Probe = (base: string, settings: DoctorSettings) => Promise<Finding[]>

/** What each provider's token endpoint says to a code that does not exist. */
export const probes: Record<ProviderName, Probe> = {
  monpay: guarded(examineMonPay),
  zalopay: guarded(examineZaloPay),
  moneypools: guarded(examineSngine),
}

function guarded(probe: Probe): Probe {
  return async (base, settings) => {
    try {
      return await probe(base, settings)
    } catch (error) {
      const [what, advice] = explain(error)
      return [wrong(`the token endpoint cannot be asked: ${what}`, advice)]
    }
  }
}

/** https://developers.monpay.mn/en/guide/mini-app/: the errors of its token endpoint. */
async function examineMonPay(base: string, settings: DoctorSettings): Promise<Finding[]> {
  const { clientID = '', clientSecret = '', callbackURL = '' } = settings
  if (!clientID || !clientSecret) return [withoutSecret()]
  const form = {
    grant_type: 'authorization_code',
    code: NO_CODE,
    redirect_uri: callbackURL,
    client_id: clientID,
    client_secret: clientSecret,
  }
  const reply = await ask(new URL(`${base}/v2/oauth/token`), { method: 'POST', form })
  const word = reply.body['error']
  if (word === 'invalid_grant')
    return [ok('MonPay accepts client id and secret, and refuses a code that does not exist')]
  if (word === 'unauthorized_client')
    return [wrong('MonPay does not know this client id and secret', 'Tests and production differ.')]
  return [notUnderstood(reply, word)]
}

/** No error of ZaloPay's token endpoint is published: its words are shown. */
async function examineZaloPay(base: string, settings: DoctorSettings): Promise<Finding[]> {
  const { clientSecret } = settings
  if (!clientSecret) return [withoutSecret()]
  const question = {
    method: 'POST',
    headers: { 'x-secret-key': clientSecret },
    json: { code: NO_CODE, code_verifier: '0'.repeat(43) },
  } as const
  const reply = await ask(new URL(`${base}/oauth/v1/access_token`), question)
  if (reply.body['error'] === undefined) return [notUnderstood(reply, undefined)]
  const words = JSON.stringify(reply.body['error']).replaceAll(clientSecret, '…').slice(0, 300)
  return [
    check(
      `ZaloPay refuses a code that does not exist, with ${words}`,
      'If this speaks of the key, the secret is wrong. Give classifyError what you learn from it.',
    ),
  ]
}

/**
 * Sngine looks for the app id, then for the secret, then for the key: what it misses first tells
 * whether it reads a form or the query. The secret is sent only after that, and only that way.
 */
async function examineSngine(base: string, settings: DoctorSettings): Promise<Finding[]> {
  const { clientID = '', clientSecret, tokenMethod } = settings
  if (!clientID) return []
  const query = { app_id: clientID }
  const replies = {
    POST: await authorize(base, 'POST', query),
    GET: await authorize(base, 'GET', query),
  }
  const moved = Object.values(replies).some(({ status }) => status >= 300 && status < 400)
  if (moved)
    return [
      wrong(
        'the site answers with a redirect: this is not the address it calls its own',
        'Use the exact address that it redirects to: with or without "www.", https.',
      ),
    ]
  const methods = (['POST', 'GET'] as const).filter(
    (method) => replies[method].body['message'] === 'Bad Request, invalid app_secret',
  )
  const [method] = methods
  if (method === undefined) return [notUnderstood(replies.POST, replies.POST.body['message'])]
  return [
    ...examineMethod(method, tokenMethod),
    clientSecret
      ? examineSecret(
          await authorize(base, method, { ...query, app_secret: clientSecret, auth_key: NO_CODE }),
        )
      : withoutSecret(),
  ]
}

function authorize(base: string, method: 'GET' | 'POST', fields: Record<string, string>) {
  const url = new URL(`${base}/api/authorize`)
  if (method === 'POST') return ask(url, { method, form: fields })
  url.search = new URLSearchParams(fields).toString()
  return ask(url)
}

function examineMethod(method: string, configured = 'auto'): Finding[] {
  const since = method === 'POST' ? 'Sngine 4.0.4 or later' : 'a Sngine before 4.0.4'
  if (configured === 'auto' || configured === method)
    return [ok(`the token endpoint takes ${method}: ${since}`)]
  return [
    wrong(
      `the token endpoint takes ${method} (${since}), and tokenMethod is ${configured}`,
      `Set tokenMethod to ${method} or auto.`,
    ),
  ]
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

function withoutSecret(): Finding {
  return unknown('client id and secret were not tried', 'Set them to have the provider asked.')
}

function notUnderstood({ status, headers }: Reply, word: unknown): Finding {
  const type = headers['content-type'] ?? 'no content type'
  return wrong(
    `the token endpoint answers ${status}, ${type}, ${quote(word)}: not what is documented`,
    'Is the base URL the right host? Is the provider under maintenance, or a firewall in between?',
  )
}

/** A provider's word, cut to one short line. */
function quote(word: unknown): string {
  return typeof word === 'string' ? JSON.stringify(word.slice(0, 200)) : 'no error'
}

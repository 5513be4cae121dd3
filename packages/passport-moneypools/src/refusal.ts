import { type Answer, read, type Refusal } from 'passport-code-flow'

/**
 * What an answer refuses. Sngine says it with a flag and a text under status 200. Two of its texts
 * matter here; the others are the operator's to read, and some are in the site's language.
 */
export function readRefusal({ body, status }: Answer): Refusal | undefined {
  const { error } = body
  if (error === undefined || error === null || error === false) return undefined
  // Sngine's own flag is true; without it there is no endpoint at this address: the core says so
  if ((status === 404 || status === 405) && error !== true) return undefined
  const message = read.text(body['message'])
  const provider = read.compact({ message })
  // not the login API's own word: that one always has 200
  if (status >= 500 || status === 429) return { kind: 'provider_error', provider }
  const retry = message === 'Bad Request, invalid auth_key'
  return { kind: retry ? 'invalid_code' : 'config', provider }
}

/**
 * True for the one answer that says "no parameters where this version reads them": Sngine gives it
 * before it looks at the key, so the key is still good.
 */
export function sawNoParameters({ body, status }: Answer): boolean {
  const { error, message, access_token: token } = body
  const refused = status === 200 && error === true && token === undefined
  return refused && message === 'Bad Request, invalid app_id'
}

import { Problem } from './errors.js'
import { createLoginId, remember, saveSession, sessionOf } from './pending.js'
import { challengeOf, createVerifier } from './pkce.js'
import type { StartedLogin } from './provider.js'
import type { LoginRequest } from './request.js'
import { safeReturnTo } from './return-to.js'
import type { Settings } from './settings.js'
import type { AuthenticateOptions } from './authenticate-options.js'

/** Remembers a login in the session, stored before this resolves; the verifier stays there. */
export async function startLogin(
  settings: Settings,
  req: LoginRequest,
  { returnTo, state }: AuthenticateOptions,
): Promise<StartedLogin> {
  const session = sessionOf(req)
  const id = createLoginId()
  const encodings = [settings.provider.pkce ?? []].flat()
  const verifier = encodings.length > 0 ? createVerifier() : ''
  const login = {
    id,
    ...(verifier && { verifier }),
    createdAt: Date.now(),
    ...(returnTo !== undefined && { returnTo: safeReturnTo(returnTo) }),
    ...(state !== undefined && { state: jsonOf(state) }),
  }
  remember(session, settings.sessionKey, login, settings)
  await saveSession(session, settings.timeout)
  const codeChallenges = encodings.map((encoding) => challengeOf(verifier, encoding))
  return { id, codeChallenge: codeChallenges[0] ?? '', codeChallenges }
}

/** The value as the session store will give it back; a `Problem` when it is not JSON. */
function jsonOf(state: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(state))
  } catch (cause) {
    throw new Problem('config', 'the state given to authenticate is not a JSON value', { cause })
  }
}

import { LoginStopped } from '../errors.js'
import { challengesOf, randomText } from '../pkce.js'
import type { StartedLogin } from '../provider.js'
import { safeReturnTo } from '../return-to.js'
import { type PendingLogin, PendingLogins } from './pending.js'
import type { Steps } from '../steps.js'
import { checkStart } from './checks.js'
import type { LoginRequest, SentRequest } from './request.js'

// A start: adds a pending login to the session and sends the browser to the provider.

/** OAuth's options of a start. If the provider does not take one, it has no effect: it is an error. */
const START_WORDS = [
  'scope',
  'prompt',
  'loginHint',
  'login_hint',
  'accessType',
  'access_type',
  'includeGrantedScopes',
  'hostedDomain',
  'callbackURL',
  'pkce',
]

/** Starts a login and gives the URL to send the browser to. */
export async function startLogin(
  steps: Steps,
  req: LoginRequest,
  sent: SentRequest,
  options: Record<string, unknown>,
): Promise<string> {
  const { provider } = steps.settings
  checkStart(sent, steps.settings.allowCrossSiteStart)
  if (!provider.start)
    throw new LoginStopped('config', 'there is no page to start from', {
      reason: provider.hints?.['start'],
    })
  const url: unknown = provider.start(await createLogin(steps, req, options), options)
  // Node throws for other characters in a header
  if (typeof url !== 'string' || !/^[\x21-\x7e]+$/.test(url))
    throw new LoginStopped('config', "the provider's start must give the text of an encoded URL")
  return url
}

/** Adds a pending login to the session and saves it; the verifier stays in the session. */
export async function createLogin(
  steps: Steps,
  req: LoginRequest,
  options: Record<string, unknown>,
): Promise<StartedLogin> {
  const { pkce, startOptions = [] } = steps.settings.provider
  const unused = START_WORDS.find((word) => word in options && !startOptions.includes(word))
  if (unused) throw new LoginStopped('config', `this provider does not take ${unused} at a start`)
  const { returnTo, state } = options
  const logins = new PendingLogins(req, steps)
  // letters and digits: WeChat and LINE document that their `state` takes nothing else
  const id = randomText(32).replace(/[-_]/g, '').slice(0, 22)
  // 256 random bits: 43 characters (RFC 7636 section 4.1)
  const verifier = pkce ? randomText(32) : ''
  const login: PendingLogin = { id, createdAt: Date.now() }
  if (verifier) login.verifier = verifier
  if (returnTo !== undefined) login.returnTo = safeReturnTo(returnTo)
  if (state !== undefined) login.state = toJSON(state)
  logins.add(login)
  await logins.save()
  const codeChallenges = pkce ? challengesOf(verifier, [pkce].flat()) : []
  return { id, codeChallenge: codeChallenges[0] ?? '', codeChallenges }
}

/** The value as the session store will give it back; throws `config` when it is not JSON. */
function toJSON(state: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(state))
  } catch (cause) {
    throw new LoginStopped('config', 'the state given to authenticate is not a JSON value', {
      cause,
    })
  }
}

/** What `requestLogin` needs: a challenge of the strategy, and the address for the SDK's answer. */
export interface LoginRequest {
  appId: number | string
  codeChallenge: string
  /** The challenge in the encoding of RFC 7636; used if the SDK makes challenges of this form. */
  rawCodeChallenge?: string | undefined
  login: string
  /** The strategy's `callbackURL`. */
  callbackURL: string
  /** Milliseconds to wait for the user. Default 120 000. */
  timeout?: number | undefined
  /** Called before the answer is posted. The page can then show the result of the login. */
  onAnswer?: ((answer: { code?: string; error?: string }) => void) | undefined
}

/**
 * Asks the ZaloPay app for a code and posts it to the callback, which then shows its page. An error
 * of the SDK is posted as `error`. Rejects with an error: its `code` is `not_in_zalopay` if there is
 * no SDK after two seconds, or `timeout`. While it runs, another call for the same `login` gets its
 * result.
 *
 * Runs in the browser. `scripts/build-browser.mjs` writes its text to `browser-text.ts`.
 */
export async function requestLogin(request: LoginRequest): Promise<void> {
  const { login } = request
  const found = running.get(login)
  if (found) return found
  const asked = askAndPost(request)
  running.set(login, asked)
  try {
    await asked
  } finally {
    running.delete(login)
  }
}

/** By login. After a second click, a second code would come for a login that has ended. */
const running = new Map<string, Promise<void>>()

async function askAndPost(request: LoginRequest): Promise<void> {
  const { appId, login, callbackURL, timeout = 120_000, onAnswer } = request
  const sdk = await findSdk()
  if (!sdk) {
    const message = 'This page is not open inside the ZaloPay app.'
    throw Object.assign(new Error(message), { code: 'not_in_zalopay' })
  }
  const late = Object.assign(new Error('The ZaloPay app has not answered.'), { code: 'timeout' })
  const answer: { code?: string; error?: string } = {}
  try {
    const asked = chooseChallenge(sdk, request).then((codeChallenge) =>
      // appId is a number: https://beta-docs.zalopay.vn/docs/miniapp/user/get-auth-code
      sdk.getOauthV1Code({ appId: Number(appId), codeChallenge }),
    )
    const given = (await within(timeout, asked, late)) as { data?: { code?: unknown } }
    const code = given.data?.code
    // an empty code is none: the callback would refuse it, and the login would stay pending
    if (typeof code !== 'string' || !code) throw given
    answer.code = code
  } catch (error) {
    if (error === late) throw error
    const { errorCode } = (error ?? {}) as { errorCode?: string | number }
    // the codes begin with a 0, which a number does not have
    const word = String(errorCode).replace(/^\d{1,5}$/, (digits) => digits.padStart(6, '0'))
    answer.error = errorCode && /^[\w.-]{1,64}$/.test(word) ? word : 'unknown'
  }
  onAnswer?.(answer)
  post(callbackURL, { login, ...answer })
}

interface Sdk {
  getOauthV1Code(query: { appId: number; codeChallenge: string }): unknown
  generateCodeChallenge?(verifier: string): unknown
}

/** The SDK. Its script may define it a moment after the script has loaded. */
async function findSdk(): Promise<Sdk | undefined> {
  for (let tries = 0; tries < 40; tries++) {
    const { zlpSdk } = window as { zlpSdk?: { User?: Sdk } }
    if (typeof zlpSdk?.User?.getOauthV1Code === 'function') return zlpSdk.User
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return undefined
}

/**
 * Chooses the challenge with the length of the SDK's challenges; the hex form if the length is not
 * known.
 */
async function chooseChallenge(sdk: Sdk, { codeChallenge, rawCodeChallenge }: LoginRequest) {
  if (!rawCodeChallenge) return codeChallenge
  try {
    // 43 letters: the shortest verifier of RFC 7636 section 4.1
    const made = await within(1000, sdk.generateCodeChallenge?.('a'.repeat(43)), undefined)
    if (typeof made === 'string' && made.length === rawCodeChallenge.length) return rawCodeChallenge
  } catch {
    // the function is missing, throws or does not answer
  }
  return codeChallenge
}

/** The value of a promise; rejects with `late` after this many milliseconds. */
function within(milliseconds: number, value: unknown, late: Error | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // a timer with a longer time ends at once
    const timer = setTimeout(reject, Math.min(milliseconds, 2 ** 31 - 1), late)
    void Promise.resolve(value)
      .then(resolve, reject)
      .then(() => clearTimeout(timer))
  })
}

function post(url: string, fields: Record<string, string>): void {
  // under no-referrer a browser sends `Origin: null`, and the callback may refuse the form
  const referrer = document.createElement('meta')
  referrer.name = 'referrer'
  referrer.content = 'same-origin'
  document.head.append(referrer)
  const form = document.createElement('form')
  form.method = 'post'
  form.action = url
  // a <base> of the page can name another window
  form.target = '_self'
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.documentElement.append(form)
  form.submit()
}

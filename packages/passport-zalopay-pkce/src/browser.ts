/** What `requestLogin` needs: a challenge of the strategy, and where its answer goes. */
export interface LoginRequest {
  appId: number | string
  codeChallenge: string
  login: string
  /** The strategy's `callbackURL`. */
  callbackURL: string
  /** Milliseconds to wait for the user. Default 120 000. */
  timeout?: number
}

/**
 * Asks the ZaloPay app for a code and posts it to the callback, which then shows its page; an error
 * of the SDK is posted as `error`. Rejects with an error whose `code` is `not_in_zalopay` when the
 * page is not inside ZaloPay, or `timeout`.
 *
 * Runs in the browser. It stands on its own, since its text is what pages and script files hold.
 */
export async function requestLogin(request: LoginRequest): Promise<void> {
  const { appId, codeChallenge, login, callbackURL, timeout = 120_000 } = request
  const { zlpSdk } = globalThis as { zlpSdk?: { User?: { getOauthV1Code?: unknown } } }
  const user = zlpSdk?.User
  if (!user || typeof user.getOauthV1Code !== 'function') {
    const message = 'This page is not open inside the ZaloPay app.'
    throw Object.assign(new Error(message), { code: 'not_in_zalopay' })
  }
  const answer: Record<string, string> = { login }
  const late = Object.assign(new Error('The ZaloPay app has not answered.'), { code: 'timeout' })
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, timeout, late)
  })
  try {
    // appId is a number: https://beta-docs.zalopay.vn/docs/miniapp/user/get-auth-code
    const asked: unknown = user.getOauthV1Code({ appId: Number(appId), codeChallenge })
    const given = (await Promise.race([asked, tooLate])) as { data?: { code?: unknown } }
    if (typeof given.data?.code !== 'string') throw given
    answer['code'] = given.data.code
  } catch (error) {
    if (error === late) throw error
    const { errorCode } = (error ?? {}) as { errorCode?: string | number }
    // the codes begin with a 0, which a number has lost
    const word = String(errorCode ?? 'unknown').padStart(6, '0')
    answer['error'] = /^[\w.-]{1,64}$/.test(word) ? word : 'unknown'
  } finally {
    clearTimeout(timer)
  }
  // under the policy no-referrer a form says `Origin: null`, which the callback refuses
  const referrer = document.createElement('meta')
  referrer.name = 'referrer'
  referrer.content = 'same-origin'
  document.head.append(referrer)
  const form = document.createElement('form')
  form.method = 'post'
  form.action = callbackURL
  for (const [name, value] of Object.entries(answer)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.documentElement.append(form)
  form.submit()
}

import { type Finding, check, ok, wrong } from './finding.js'

/** The providers that can be examined. */
export type ProviderName = 'monpay' | 'zalopay' | 'moneypools'

/** What the application tells its strategy, as far as it is known. */
export interface DoctorSettings {
  provider: ProviderName
  baseURL?: string | undefined
  clientID?: string | undefined
  clientSecret?: string | undefined
  callbackURL?: string | undefined
  /** MoneyPools: what the strategy is told. */
  tokenMethod?: string | undefined
  /** Where the application runs, for a look at it from outside. */
  appURL?: string | undefined
  /** The path that starts a login. */
  startPath?: string | undefined
}

const CLIENT_IDS = { monpay: /^\S+$/, zalopay: /^\d{1,15}$/, moneypools: /^\d{10,15}$/ }

const BASE_URLS = {
  monpay: 'MonPay documents https://z-wallet.monpay.mn for tests; ask MobiFinance for the other.',
  zalopay: 'ZaloPay publishes none: ask its integration team.',
  moneypools: 'For MoneyPools it is https://cs.moneypoolscash.com.',
}

/** Looks at the settings' shape alone. */
export function examineShapes(settings: DoctorSettings): Finding[] {
  const { provider, baseURL, clientID, clientSecret, callbackURL } = settings
  return [
    ...examineBaseURL(baseURL, BASE_URLS[provider]),
    ...examineText('client id', clientID),
    ...(clientID && !CLIENT_IDS[provider].test(clientID.trim())
      ? [check('the client id has an unusual form', idAdvice(provider))]
      : []),
    ...examineText('client secret', clientSecret),
    ...examineCallbackURL(provider, callbackURL),
  ]
}

/** True for names and addresses of this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

function idAdvice(provider: ProviderName): string {
  if (provider === 'zalopay') return 'It is the numeric appId.'
  return provider === 'moneypools' ? 'It is the app id: 10 to 15 digits.' : 'It has no blanks.'
}

function examineBaseURL(baseURL: string | undefined, advice: string): Finding[] {
  if (!baseURL) return [wrong('there is no base URL', advice)]
  if (!URL.canParse(baseURL)) return [wrong('the base URL is no URL', advice)]
  const url = new URL(baseURL)
  if (url.username || url.search || url.hash)
    return [wrong('the base URL holds user info, a query or a fragment', 'Leave them out.')]
  if (url.protocol !== 'https:' && !isLoopback(url))
    return [wrong('the base URL is not https', 'The secret would travel in the clear.')]
  return [ok(`base URL ${baseURL}`)]
}

function examineText(name: string, value: string | undefined): Finding[] {
  if (!value) return [wrong(`there is no ${name}`, 'The provider issues it.')]
  if (value !== value.trim())
    return [wrong(`the ${name} has blanks or line breaks around it`, 'Copy it again without them.')]
  return [ok(`${name} is there`)]
}

function examineCallbackURL(provider: ProviderName, callbackURL: string | undefined): Finding[] {
  if (!callbackURL || !/^https?:\/\//i.test(callbackURL) || !URL.canParse(callbackURL))
    return [
      wrong(
        'the callback URL is missing or not absolute',
        'Set the registered one, such as https://shop.example/auth/…',
      ),
    ]
  const url = new URL(callbackURL)
  const findings: Finding[] = []
  if (callbackURL !== callbackURL.trim())
    findings.push(wrong('the callback URL has blanks around it', 'It is compared by letters.'))
  if (url.protocol !== 'https:' && !isLoopback(url))
    findings.push(wrong('the callback URL is not https', 'Codes and cookies would be readable.'))
  if (url.hash)
    findings.push(wrong('the callback URL has a fragment', 'Servers never see it: remove it.'))
  if (provider === 'moneypools') findings.push(...examineSngineCallback(callbackURL))
  if (findings.length > 0) return findings
  const compare = 'Compare it with the registered one letter by letter, up to a slash at the end.'
  return provider === 'monpay'
    ? [check(`callback URL ${callbackURL} is sent as it stands`, compare)]
    : [ok(`callback URL ${callbackURL}`)]
}

function examineSngineCallback(callbackURL: string): Finding[] {
  const findings: Finding[] = []
  if (/[?&'"<>]/.test(callbackURL))
    findings.push(
      wrong(
        'the callback URL has one of ? & \' " < > in it',
        'Sngine puts "?auth_key=…" behind whatever is registered: register a plain path.',
      ),
    )
  if (callbackURL.length > 256)
    findings.push(wrong('the callback URL is longer than 256 characters', 'Sngine cuts it off.'))
  return findings
}

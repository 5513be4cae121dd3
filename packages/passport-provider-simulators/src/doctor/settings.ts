import { isLoopback, parseURL } from '../hosts.js'
import { type Finding, type Findings, check, listFindings, ok, wrong } from './finding.js'

/** The providers that can be examined. */
export type ProviderName = 'monpay' | 'zalopay' | 'moneypools'

/** The options that the application gives its strategy, as far as they are known. */
export interface DoctorSettings {
  provider: ProviderName
  baseURL?: string | undefined
  /** MonPay and ZaloPay: chooses one of their hosts where there is no `baseURL`. */
  environment?: string | undefined
  tokenURL?: string | undefined
  /** An absolute URL, or a path below the base URL. */
  userInfoURL?: string | undefined
  clientID?: string | undefined
  clientSecret?: string | undefined
  callbackURL?: string | undefined
  /** MoneyPools: the strategy's option of this name. */
  tokenMethod?: string | undefined
  /** The address of the running application, which is then examined too. */
  appURL?: string | undefined
  /** The path of the page with the login button, `appURL` itself by default. */
  pagePath?: string | undefined
  /** The path that starts a login. */
  startPath?: string | undefined
}

/** The form of each provider's client ids, and what to say about another form. */
const CLIENT_IDS: Record<ProviderName, [form: RegExp, advice: string]> = {
  monpay: [/^\S+$/, 'It has no spaces.'],
  zalopay: [/^\d{1,15}$/, 'It is the numeric appId.'],
  moneypools: [/^\d{10,15}$/, 'It is the app id: 10 to 15 digits.'],
}

/** Examines the settings themselves, without any request. */
export function examineShapes(settings: DoctorSettings): Findings {
  const { provider, clientID, clientSecret, callbackURL } = settings
  const [form, advice] = CLIENT_IDS[provider]
  return [
    examineText('client id', clientID),
    clientID && !form.test(clientID.trim()) && check('the client id has an unusual form', advice),
    examineText('client secret', clientSecret),
    examineCallbackURL(provider, callbackURL),
  ]
}

/** True for an absolute address with http or https. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && parseURL(text) !== undefined
}

function examineText(name: string, value: string | undefined): Finding {
  if (!value) return wrong(`there is no ${name}`, 'The provider issues it.')
  if (value !== value.trim())
    return wrong(`the ${name} has spaces or line breaks around it`, 'Copy it again without them.')
  return ok(`${name} is there`)
}

function examineCallbackURL(provider: ProviderName, callbackURL = ''): Findings {
  if (!isWebAddress(callbackURL))
    return wrong(
      'the callback URL is missing or not absolute',
      'Set the registered one, such as https://shop.example/auth/…',
    )
  const url = new URL(callbackURL)
  if (url.username || url.password)
    return wrong('the callback URL has a user name or a password in it', 'Leave it out.')
  const faults = listFindings([
    callbackURL !== callbackURL.trim() &&
      wrong('the callback URL has spaces around it', 'It is compared letter by letter.'),
    url.protocol !== 'https:' &&
      !isLoopback(url.hostname) &&
      wrong('the callback URL is not https', 'Without https, others can read codes and cookies.'),
    url.hash &&
      wrong('the callback URL has a fragment', 'Browsers do not send it to a server: remove it.'),
    provider === 'moneypools' && examineSngineCallback(callbackURL),
  ])
  if (faults.length > 0) return faults
  const compare = 'Compare it with the registered URL letter by letter, also a slash at the end.'
  return provider === 'monpay'
    ? check(`callback URL ${callbackURL} is sent unchanged`, compare)
    : ok(`callback URL ${callbackURL}`)
}

function examineSngineCallback(callbackURL: string): Findings {
  return [
    /[?&'"<>]/.test(callbackURL) &&
      wrong(
        'the callback URL has one of ? & \' " < > in it',
        'Sngine adds "?auth_key=…" to the end of any registered URL: register a plain path.',
      ),
    callbackURL.length > 256 &&
      wrong('the callback URL is longer than 256 characters', 'Sngine cuts it off.'),
  ]
}

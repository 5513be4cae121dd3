import { isLoopback } from '../hosts.js'
import { type Finding, type Findings, check, listFindings, ok, wrong } from './finding.js'
import { type DoctorSettings, isWebAddress, type ProviderName } from './settings.js'

/** The provider's addresses; undefined where the settings do not give them. */
export interface Addresses {
  token: URL | undefined
  userInfo: URL | undefined
  findings: Finding[]
}

interface Place {
  /** The host of each environment; the first one is the strategy's default. */
  hosts: Record<string, string>
  token: string
  userInfo?: string
}

const PLACES: Record<ProviderName, Place> = {
  monpay: {
    hosts: { staging: 'https://z-wallet.monpay.mn', production: 'https://wallet.monpay.mn' },
    token: '/v2/oauth/token',
    userInfo: '/v2/api/oauth/userinfo',
  },
  // No public text gives the path of ZaloPay's user info.
  zalopay: {
    hosts: { sandbox: 'https://sb-openapi.zalopay.vn', production: 'https://openapi.zalopay.vn' },
    token: '/oauth/v1/access_token',
  },
  moneypools: {
    hosts: { '': 'https://cs.moneypoolscash.com' },
    token: '/api/authorize',
    userInfo: '/api/get_user_info',
  },
}

const USER_INFO_PAGE = 'https://beta-docs.zalopay.vn/vi/docs/specs/get-user-info'

/** Finds the addresses that the strategy will use, from the same settings and defaults. */
export function readAddresses(settings: DoctorSettings): Addresses {
  const { provider, tokenURL, userInfoURL = PLACES[provider].userInfo } = settings
  const isPath = userInfoURL !== undefined && /^\/(?!\/)/.test(userInfoURL)
  const isBaseNeeded = tokenURL === undefined || isPath || settings.baseURL !== undefined
  const base: Reading = isBaseNeeded ? readBase(settings) : {}
  const below = (path: string): Reading => ({
    url: base.url && new URL(base.url.href.replace(/\/+$/, '') + path),
  })
  const readUserInfo = (text: string) => (isPath ? below(text) : readURL('user info URL', text))
  const token =
    tokenURL === undefined ? below(PLACES[provider].token) : readURL('token URL', tokenURL)
  const userInfo = userInfoURL === undefined ? WITHOUT_USER_INFO : readUserInfo(userInfoURL)
  return {
    token: token.url,
    userInfo: userInfo.url,
    findings: listFindings([base.findings, token.findings, userInfo.findings]),
  }
}

interface Reading {
  url?: URL | undefined
  findings?: Findings
}

const WITHOUT_USER_INFO: Reading = {
  findings: check(
    'there is no user info URL: the strategy needs it, unless skipUserProfile is set',
    `The request panel of ${USER_INFO_PAGE} shows it. Give it by --user-info-url.`,
  ),
}

function readBase({ provider, baseURL, environment }: DoctorSettings): Reading {
  const { hosts } = PLACES[provider]
  const name = environment ?? Object.keys(hosts)[0] ?? ''
  if (!Object.hasOwn(hosts, name)) {
    const names = Object.keys(hosts).filter(Boolean).join(' or ')
    const none = 'This provider has no environments: leave the option out.'
    return { findings: wrong('there is no such environment', names ? `It is ${names}.` : none) }
  }
  const reading = readURL('base URL', baseURL ?? hosts[name] ?? '')
  return reading.url?.search
    ? { findings: wrong('the base URL has a query or a fragment', 'Leave it out.') }
    : reading
}

function readURL(name: string, text: string): Reading {
  const refuse = (what: string, advice: string) => ({
    findings: wrong(`the ${name} ${what}`, advice),
  })
  if (!isWebAddress(text))
    return refuse('is not a URL', 'Give an absolute URL, such as https://wallet.example.')
  const url = new URL(text)
  if (url.username || url.password)
    return refuse('has a user name or a password in it', 'Leave it out.')
  if (url.hash) return refuse('has a query or a fragment', 'Leave it out.')
  if (url.protocol !== 'https:' && !isLoopback(url.hostname))
    return refuse(
      'is not https',
      'With http, everybody between you and the provider can read the secret.',
    )
  return { url, findings: ok(`${name} ${url.origin}${url.pathname}${url.search && '?…'}`) }
}

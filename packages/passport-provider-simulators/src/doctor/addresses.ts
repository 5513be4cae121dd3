import { type Finding, check, ok, wrong } from './finding.js'
import { type DoctorSettings, isLoopback, type ProviderName } from './settings.js'

/** The provider's addresses; absent where the settings do not give them. */
export interface Addresses {
  token?: URL
  userInfo?: URL
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
  const base = isBaseNeeded ? readBase(settings) : { findings: [] }
  const below = (path: string) => base.url && new URL(base.url.href.replace(/\/+$/, '') + path)
  const own = tokenURL === undefined ? undefined : readURL('token URL', tokenURL)
  const userInfo =
    userInfoURL === undefined || isPath ? undefined : readURL('user info URL', userInfoURL)
  const token = own ? own.url : below(PLACES[provider].token)
  const profile = isPath ? below(userInfoURL) : userInfo?.url
  return {
    findings: [
      ...base.findings,
      ...(own?.findings ?? []),
      ...(userInfo?.findings ?? []),
      ...(userInfoURL === undefined ? [withoutUserInfo()] : []),
    ],
    ...(token && { token }),
    ...(profile && { userInfo: profile }),
  }
}

interface Reading {
  url?: URL
  findings: Finding[]
}

function readBase({ provider, baseURL, environment }: DoctorSettings): Reading {
  const { hosts } = PLACES[provider]
  const [name = Object.keys(hosts)[0] ?? ''] = [environment]
  if (!Object.hasOwn(hosts, name)) {
    const names = Object.keys(hosts).filter(Boolean).join(' or ')
    const advice = names
      ? `It is ${names}.`
      : 'This provider has no environments: leave the option out.'
    return { findings: [wrong('there is no such environment', advice)] }
  }
  const { url, findings } = readURL('base URL', baseURL ?? hosts[name] ?? '')
  if (url?.search)
    return { findings: [wrong('the base URL has a query or a fragment', 'Leave it out.')] }
  return { findings, ...(url && { url }) }
}

function readURL(name: string, text: string): Reading {
  const refuse = (what: string, advice: string) => ({
    findings: [wrong(`the ${name} ${what}`, advice)],
  })
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return refuse('is no URL', 'Give an absolute URL, such as https://wallet.example.')
  const url = new URL(text)
  if (url.username || url.password) return refuse('has user info in it', 'Leave it out.')
  if (url.hash) return refuse('has a query or a fragment', 'Leave it out.')
  if (url.protocol !== 'https:' && !isLoopback(url))
    return refuse(
      'is not https',
      'With http, everybody between you and the provider can read the secret.',
    )
  return { url, findings: [ok(`${name} ${url.origin}${url.pathname}${url.search && '?…'}`)] }
}

function withoutUserInfo(): Finding {
  return check(
    'there is no user info URL: the strategy needs it, unless skipUserProfile is set',
    `The request panel of ${USER_INFO_PAGE} shows it. Give it by --user-info-url.`,
  )
}

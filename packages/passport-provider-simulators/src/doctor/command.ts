import { parseArgs } from 'node:util'
import { examine } from './doctor.js'
import { format } from './finding.js'
import type { DoctorSettings, ProviderName } from './settings.js'

const HELP = `Usage: passport-provider-simulators doctor PROVIDER [options]

Checks the settings of a login without a user, and says what is wrong and what to do. PROVIDER is
monpay, zalopay or moneypools (any Sngine site). The exit status is 1 if something is wrong, else 0.
It sends requests to the provider and to the application, and to no other host.

  --base-url URL       the provider's address                  or MONPAY_BASE_URL, ZALOPAY_…, …
  --environment NAME   monpay: staging, production; zalopay: sandbox, production
                                                               or MONPAY_ENVIRONMENT, …
  --token-url URL      if it is not below the base URL         or MONPAY_TOKEN_URL, …
  --user-info-url URL  zalopay: required; a URL or a path      or ZALOPAY_USER_INFO_URL, …
  --client-id ID                                               or MONPAY_CLIENT_ID, …
  --callback-url URL   the registered URL, unchanged           or MONPAY_CALLBACK_URL, …
  --token-method M     moneypools: the option tokenMethod      auto, GET or POST
  --app URL            your running application: checks its cookies and answers, and sends
                       codes that do not exist to its callback
  --page PATH          its page with the login button; default: the address of --app
  --start PATH         the path that starts a login, such as /auth/zalopay; monpay: the path of
                       the website link, unless it is that of the callback URL
  --help               this text

The secret is read only from MONPAY_CLIENT_SECRET, ZALOPAY_CLIENT_SECRET or
MONEYPOOLS_CLIENT_SECRET. It is sent only to the provider's token address, and with ZaloPay also to
its user-info address. It is never printed.
`

const OPTIONS = {
  'base-url': { type: 'string' },
  environment: { type: 'string' },
  'token-url': { type: 'string' },
  'user-info-url': { type: 'string' },
  'client-id': { type: 'string' },
  'callback-url': { type: 'string' },
  'token-method': { type: 'string' },
  app: { type: 'string' },
  page: { type: 'string' },
  start: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** Runs the command; resolves with its exit status. Throws for options that do not exist. */
export async function runDoctor(
  args: string[],
  env: Record<string, string | undefined>,
  write: (text: string) => void,
): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [provider] = positionals
  if (values.help || !isProvider(provider)) {
    write(HELP)
    return values.help ? 0 : 1
  }
  const setting = (name: string) => env[`${provider.toUpperCase()}_${name}`]
  const settings: DoctorSettings = {
    provider,
    baseURL: values['base-url'] ?? setting('BASE_URL'),
    environment: values.environment ?? setting('ENVIRONMENT'),
    tokenURL: values['token-url'] ?? setting('TOKEN_URL'),
    userInfoURL: values['user-info-url'] ?? setting('USER_INFO_URL'),
    clientID: values['client-id'] ?? setting('CLIENT_ID'),
    clientSecret: setting('CLIENT_SECRET'),
    callbackURL: values['callback-url'] ?? setting('CALLBACK_URL'),
    tokenMethod: values['token-method'],
    appURL: values.app,
    pagePath: values.page,
    startPath: values.start,
  }
  const findings = await examine(settings)
  const secrets = [settings.clientSecret ?? '']
  write(findings.map((finding) => format(finding, secrets)).join(''))
  const wrong = findings.filter(({ level }) => level === 'wrong').length
  write(wrong === 0 ? '\nNothing is wrong.\n' : `\n${wrong} wrong.\n`)
  return wrong === 0 ? 0 : 1
}

function isProvider(name: string | undefined): name is ProviderName {
  return name === 'monpay' || name === 'zalopay' || name === 'moneypools'
}

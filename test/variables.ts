const NAMES = {
  clientID: 'CLIENT_ID',
  clientSecret: 'CLIENT_SECRET',
  callbackURL: 'CALLBACK_URL',
  url: 'BASE_URL',
  userInfoURL: 'USER_INFO_URL',
  sdkURL: 'SDK_URL',
}

/** What an application is told about a provider: members of its simulator. */
export type Told = { readonly [name in keyof typeof NAMES]?: string | undefined }

/** The settings of an application as its environment has them, such as `MONPAY_CLIENT_ID`. */
export function variablesOf(providers: Record<string, Told>): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const [provider, told] of Object.entries(providers))
    for (const name of Object.keys(NAMES) as (keyof Told)[]) {
      const value = told[name]
      if (value !== undefined) variables[`${provider.toUpperCase()}_${NAMES[name]}`] = value
    }
  return variables
}

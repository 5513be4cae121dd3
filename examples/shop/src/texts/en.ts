/** English; the other languages have exactly these keys. `{name}` is filled in by the page. */
export const en = {
  'site.name': 'Login demo',
  'site.skip': 'Skip to the content',
  'site.language': 'Language',
  'site.demo':
    'Demo: MonPay, ZaloPay and MoneyPools are simulated on this computer. No real account is used.',

  'home.title': 'Log in',
  'home.lead': 'Use an account that you already have.',
  'home.hello': 'Hello, {name}',
  'home.signedIn': 'You are logged in.',

  'login.with': 'Log in with {provider}',
  'login.monpay':
    'Open the MonPay app, go to Online services and tap the icon of this site. MonPay then tells us who you are.',
  'login.zalopay': 'Works inside the ZaloPay app. ZaloPay asks you before it shares anything.',
  'login.moneypools': 'You log in at MoneyPools and come back here.',
  'demo.monpay':
    'MonPay logins begin in the wallet: its icon opens this site with a one-time code that nobody here asked for. So this site checks more, and shows you whose account has been opened.',
  'demo.zalopay':
    'ZaloPay logins begin here: a script of the app asks you for consent and hands over a one-time code. The code is worthless without the secret that this site keeps for your browser.',
  'demo.moneypools':
    'MoneyPools logins begin here and go through the network’s own login page. It remembers your consent, so the second login asks nothing.',
  'demo.open': 'Open the {provider} simulator',
  'demo.about': 'How it works',

  'steps.title': 'What the login is doing',
  'steps.lead': 'Live from the tracing channel of this process; no code, key or token is in it.',
  'steps.empty': 'Nothing yet. Begin a login.',
  'steps.start': 'Begin the login',
  'steps.callback': 'Receive the code',
  'steps.token': 'Exchange the code for a token',
  'steps.profile': 'Fetch the profile',
  'steps.verify': 'Ask the application',
  'steps.refresh': 'Refresh the token',
  'steps.session': 'Open the session',
  'steps.ok': 'done',
  'steps.failed': 'stopped: {code}',

  'account.title': 'My account',
  'account.unsolicited':
    'MonPay opened this session; you did not begin it on this site. Is this your account? Sensitive changes will ask you to confirm.',
  'account.identities': 'Logins of this account',
  'account.email': 'E-mail, not verified',
  'account.phone': 'Phone',
  'account.added': 'Added {when}',
  'account.used': 'last used {when}',
  'account.unlink': 'Unlink',
  'account.unlinkWhich': 'Unlink {provider}, {name}',
  'account.last': 'This is the only login of this account, so it stays.',
  'account.add': 'Add a login',
  'account.link': 'Add {provider}',
  'account.linkMonpay':
    'MonPay cannot be added here, because its codes arrive unasked. Log in with MonPay and add the others there.',
  'account.devices': 'Where you are logged in',
  'account.thisDevice': 'this device',
  'account.since': 'Logged in with {provider} {when}',
  'account.seen': 'seen {when}',
  'account.logout': 'Log out',
  'account.logoutEverywhere': 'Log out everywhere',

  'switch.title': 'Another account has arrived',
  'switch.text': 'You are logged in as {current}. Now {provider} says that {arriving} is here.',
  'switch.warning':
    'If you did not just open this site from your own wallet, stay where you are: somebody may have sent you a link.',
  'switch.new': 'a new account',
  'switch.known': 'existing account',
  'switch.current': 'logged in now',
  'switch.stay': 'Stay {name}',
  'switch.go': 'Continue as {name}',

  'confirm.title': 'Is it you?',
  'confirm.text':
    'This change needs a fresh login with a login of this account. Then do it once more.',
  'confirm.with': 'Confirm with {provider}',
  'confirm.waiting': 'Now open this site from MonPay within five minutes.',

  'notice.linked': 'The login has been added.',
  'notice.already_linked': 'This login is already yours.',
  'notice.unlinked': 'The login has been removed.',
  'notice.last': 'The last login of an account cannot be removed.',
  'notice.confirmed': 'Confirmed. For ten minutes you can make changes.',
  'notice.stayed': 'Nothing has changed.',
  'notice.logged_out': 'You are logged out.',
  'notice.logged_out_everywhere': 'You are logged out on every device.',

  'failure.title': 'The login did not work',
  'fault.title': 'The login does not work right now',
  'fault.text':
    '{provider} or this site has a problem. It is not your fault, and nothing about your account has changed.',
  'fault.site': 'This site has a problem. It is not your fault.',
  'fault.paused':
    'The wallet is not answering as it should, so this site leaves it alone for a moment. It is not your fault.',
  'fault.reference': 'Reference for support: {reference}',
  'expired.title': 'This page was open for too long',
  'expired.text':
    'For your safety its buttons stopped working. Open the page again and press the button once more.',
  'limit.title': 'Too many tries',
  'limit.text': 'There were too many tries in a short time.',
  'taken.title': 'This login belongs to somebody else',
  'taken.text': 'It is part of another account on this site, so it cannot be added to yours.',
  'stale.title': 'You are no longer logged in',
  'stale.text': 'The change needs the account that asked for it.',
  'missing.title': 'There is no such page',
  'missing.text': 'The address may be mistyped.',
  'bad.title': 'This request is not readable',
  'bad.text': 'Your browser sent something that this site does not understand.',

  'next.no_code': 'Open the MonPay app, go to Online services and tap the icon of this site.',
  'next.bad_callback': 'Begin the login again on the login page.',
  'next.method_not_allowed': 'Open the login page in your browser.',
  'next.prefetch': 'Open the page itself instead of its preview.',
  'next.cross_site_start': 'Use the login button of this site.',
  'next.cross_site_callback': 'Open this site from the MonPay app itself.',
  'next.no_pending_login': 'Begin the login here, in the same browser, with cookies allowed.',
  'next.pending_expired': 'Begin again and finish within ten minutes.',
  'next.start_loop':
    'Tell the operator of this site that the address registered with the provider is wrong.',
  'next.code_already_used':
    'Go back to the start page: perhaps you are logged in already. Otherwise begin again.',
  'next.invalid_code': 'Begin the login again; you will get a fresh code.',
  'next.access_denied': 'Nothing was shared. Begin again if you change your mind.',
  'next.sdk_failed': 'Close this page, open it again in ZaloPay and try once more.',
  'next.user_rejected': 'Use another login.',
  'next.later': 'Try again in a few minutes.',
  'next.home': 'Go back to the start page.',
  'next.other': 'Log in with it to use that account.',
  'next.login': 'Log in again.',

  'action.home': 'To the start page',
  'action.login': 'To the login page',
  'action.account': 'To my account',
} as const

/** The key of a text. */
export type TextKey = keyof typeof en
/** All texts in one language. */
export type Texts = Record<TextKey, string>

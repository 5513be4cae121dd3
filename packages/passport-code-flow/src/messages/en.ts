import type { Texts } from './messages.js'

const texts: Texts = {
  general: 'The login did not work. Please try again.',
  no_code: 'Please open this page from the app that you log in with.',
  bad_callback: 'The login could not be completed. Please start again.',
  method_not_allowed: 'This address is used only at the end of a login.',
  prefetch: 'Please open this page yourself. A preview of it does not work.',
  cross_site_start: 'Please start the login on this site itself.',
  cross_site_callback: 'Another site opened this page. Please open it from the app.',
  no_pending_login: 'No login was started in this browser. Please start again from the login page.',
  pending_expired: 'The login took too long. Please start again.',
  start_loop: 'The provider sent the browser back without an answer. Please start again.',
  code_already_used: 'This login was already used. Please start again.',
  invalid_code: 'The login was not accepted. Please start again.',
  access_denied: 'The login was cancelled.',
  sdk_failed: 'The app could not log you in. Please try again in a moment.',
  user_rejected: 'This account cannot log in here.',
}

export default texts

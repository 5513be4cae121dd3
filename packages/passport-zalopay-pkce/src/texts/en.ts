import type { Texts } from './texts.js'

const texts: Texts = {
  working: ['Logging in with ZaloPay', 'ZaloPay may ask you to allow the login.'],
  waiting: ['Still waiting for ZaloPay', 'Allow the login in ZaloPay, or try again.'],
  outside: [
    'Open this page in the ZaloPay app',
    'This login works only inside ZaloPay. Open the ZaloPay app, open this site there and log in again.',
  ],
  unloaded: ['ZaloPay could not be loaded', 'Check your internet connection, then try again.'],
  refused: ['The login was cancelled', 'You can try again or go back.'],
  failed: ['The login did not work', 'Please try again in a moment.'],
  late: ['ZaloPay has not answered', 'Please try again.'],
  noScript: ['JavaScript is off', 'Please turn on JavaScript to use this page.'],
  wrong: ['This request is wrong', 'Please start again from the login page.'],
  again: 'Try again',
  back: 'Back',
}

export default texts

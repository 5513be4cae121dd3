import { requestLogin } from './browser.js'

/** The script of the launch page: shows one state at a time. Runs in the browser, as text. */

/** This many milliseconds after its start, or after a code, the page says that it still waits. */
const STILL_WAITING = 30_000
/** After this many milliseconds `requestLogin` gives up, and so does a page whose SDK does not load. */
const TIMEOUT = 120_000

const STATE_OF_ERROR: Record<string, string> = { not_in_zalopay: 'outside', timeout: 'late' }

const main = document.querySelector('main') as HTMLElement
let isLoaded = false
let stillWaiting: ReturnType<typeof setTimeout> | undefined

function show(state: string): void {
  for (const section of main.querySelectorAll<HTMLElement>('section'))
    section.hidden = section.dataset['state'] !== state
}

/** Shows a state if the page still works or waits. */
function end(state: string): void {
  if (main.querySelector('section:not([hidden])[data-waits]')) show(state)
}

/** Shows that the page works and, after a while, that it still waits. */
function work(): void {
  clearTimeout(stillWaiting)
  show('working')
  stillWaiting = setTimeout(() => {
    if (main.querySelector('section:not([hidden])[data-state=working]')) show('waiting')
  }, STILL_WAITING)
}

function run(): void {
  isLoaded = true
  requestLogin({
    ...(JSON.parse(main.dataset['login'] ?? '{}') as Parameters<typeof requestLogin>[0]),
    timeout: TIMEOUT,
    // the callback's page replaces this one, unless the callback cannot be reached
    onAnswer: ({ error }) => {
      if (error) show(error === '030501' ? 'refused' : 'failed')
      else work()
      leaveHistory()
    },
  }).catch((error: { code?: string }) => show(STATE_OF_ERROR[error.code ?? ''] ?? 'failed'))
}

/** After the login, *Back* must not lead here: ZaloPay would ask again, and the answer would fail. */
function leaveHistory(): void {
  const home = main.querySelector('a')?.href ?? ''
  try {
    // an address of another site is not allowed; without its query, the page says to start again
    history.replaceState(null, '', home.startsWith(`${location.origin}/`) ? home : '?')
  } catch {
    // a frame without an origin
  }
}

function isSdk({ target }: Event): boolean {
  return (target as Partial<HTMLElement>).id === 'sdk'
}

// the SDK's script comes after this one; these events do not bubble
document.addEventListener('load', (event) => isSdk(event) && run(), true)
document.addEventListener('error', (event) => isSdk(event) && !isLoaded && end('unloaded'), true)
document.addEventListener('click', ({ target }) => {
  // a browser that translates the page puts elements into the button
  if (!(target as HTMLElement).closest('button')) return
  // not a form of the SDK
  const form = document.querySelector<HTMLFormElement>('html > form')
  // post the answer again if there is one; otherwise ask ZaloPay again
  if (form) form.submit()
  else location.reload()
})
// a browser can show the old page again, with its old state, and its call to the SDK is over
addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
work()
setTimeout(() => !isLoaded && end('unloaded'), TIMEOUT)

// without an export the bundler treats this file as CommonJS and wraps it
// oxlint-disable-next-line typescript/no-useless-empty-export, unicorn/require-module-specifiers
export {}

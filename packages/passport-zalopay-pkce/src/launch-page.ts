import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { absoluteURL } from 'passport-code-flow'
import type * as browser from './browser.js'

/** Options of `launchPage`. */
export interface LaunchPageOptions {
  /** Where ZaloPay's SDK is loaded from. */
  sdkURL: string
  /** The strategy's `callbackURL`. */
  callbackURL: string
  /** The Content-Security-Policy nonce, or how to get a request's. Default: a fresh one each time. */
  nonce?: string | ((req: IncomingMessage, res: ServerResponse) => string)
}

const SHAPES = { appId: /^\d{1,15}$/, codeChallenge: /^[\w-]{43,128}$/, login: /^[\w-]{22}$/ }

/**
 * A request handler for the page at `launchURL`: runs the SDK with the challenge in its query and
 * posts the code to the callback. Throws a `TypeError` that names a wrong option.
 */
export function launchPage({ sdkURL, callbackURL, nonce }: LaunchPageOptions) {
  const sdk = absoluteURL('sdkURL', sdkURL)
  const callback = absoluteURL('callbackURL', callbackURL)
  return (req: IncomingMessage, res: ServerResponse): void => {
    const key = typeof nonce === 'function' ? nonce(req, res) : nonce
    const safe = key ?? randomBytes(16).toString('base64')
    const query = new URL(req.url ?? '/', 'http://localhost').searchParams
    const login = Object.fromEntries(
      Object.entries(SHAPES).map(([name, shape]) => [name, matching(query.get(name), shape)]),
    )
    const whole = Object.values(login).every((value) => value !== '')
    res.statusCode = whole ? 200 : 400
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    res.setHeader('Cache-Control', 'no-store')
    // not no-referrer: the form below would then say `Origin: null`
    res.setHeader('Referrer-Policy', 'same-origin')
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader('Content-Security-Policy', policy(safe, sdk.origin, callback.origin))
    res.end(
      whole
        ? page(safe, sdk.href, { ...login, callbackURL: callback.href })
        : document(safe, `<p>${TEXTS.incomplete}</p>`),
    )
  }
}

const TEXTS = {
  waiting: 'Đang đăng nhập bằng ZaloPay…\nSigning in with ZaloPay…',
  outside: 'Hãy mở trang này trong ứng dụng ZaloPay.\nPlease open this page in the ZaloPay app.',
  late: 'ZaloPay chưa trả lời. Hãy thử lại.\nZaloPay has not answered. Please try again.',
  noScript: 'Trang này cần JavaScript.\nThis page needs JavaScript.',
  incomplete: 'Hãy bắt đầu lại từ trang đăng nhập.\nPlease start again from the sign-in page.',
}

function policy(nonce: string, sdk: string, callback: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${sdk} data:`,
    `connect-src 'self' ${sdk}`,
    `form-action 'self' ${callback}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function page(nonce: string, sdkURL: string, login: Record<string, string>): string {
  const call = script({ ...login, appId: Number(login['appId']) })
  // loaded with the first page: no import should wait for what a browser runs
  const { requestLogin } = require('./browser.js') as typeof browser
  const texts = script({ not_in_zalopay: TEXTS.outside, timeout: TEXTS.late })
  return document(
    nonce,
    `<p id="status" role="status">${TEXTS.waiting}</p>
<noscript><p>${TEXTS.noScript}</p></noscript>
<script nonce="${escape(nonce)}" src="${escape(sdkURL)}"></script>
<script nonce="${escape(nonce)}">
(${requestLogin.toString()})(${call}).catch((error) => {
  document.getElementById('status').textContent = ${texts}[error.code] || ${script(TEXTS.late)}
})
</script>`,
  )
}

function document(nonce: string, body: string): string {
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ZaloPay</title>
<style nonce="${escape(nonce)}">
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center }
p { padding: 1.5rem; text-align: center; white-space: pre-line }
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

/** A value inside a script: no text in it can end the script. */
function script(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c')
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

function matching(value: string | null, shape: RegExp): string {
  return value !== null && shape.test(value) ? value : ''
}

import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  absoluteURL,
  checkFor,
  checkNames,
  copyMembers,
  refuseOption,
  requireText,
} from 'passport-code-flow'
import { BROWSER_TEXT } from './browser-text.js'
import { OPTIONS, pageURL } from './provider.js'
import { type Texts, textsFor } from './texts/texts.js'

/** Options of `launchPage`. */
export interface LaunchPageOptions {
  /** Where ZaloPay's SDK is loaded from. */
  sdkURL: string
  /** The strategy's `callbackURL`. */
  callbackURL: string
  /**
   * The address of *Back*: an absolute http or https URL, or a path of this site. Default `/`. The
   * callback can also redirect to the origin of this address.
   */
  homeURL?: string | undefined
  /** Origins that may show this page in a frame, such as `https://host.example`. Default: none. */
  frameAncestors?: readonly string[] | undefined
  /**
   * The Content-Security-Policy nonce, or a function that returns it. Default: a new one each time.
   */
  nonce?: string | ((req: IncomingMessage, res: ServerResponse) => string | undefined) | undefined
}

const OWN_OPTIONS = ['sdkURL', 'homeURL', 'frameAncestors', 'nonce']

const SHAPES = {
  appId: /^\d{1,15}$/,
  codeChallenge: /^[\w-]{43,128}$/,
  login: /^[\da-z]{22}$/i,
}
const RAW_CHALLENGE = /^[\w-]{43}$/
/** Content Security Policy Level 3 section 2.3.1. Other characters could change the header. */
const NONCE = /^[\w+/-]{1,256}={0,2}$/

/**
 * Headers that the application may have set, and that would stop the SDK: its host may allow no other
 * site to load it, and nobody knows its hash. helmet 5 sets the first header.
 */
const STOPS_SDK = ['Cross-Origin-Embedder-Policy', 'Document-Isolation-Policy', 'Integrity-Policy']

/**
 * A request handler for the page at `launchURL`: runs the SDK with the challenge in its query and
 * posts the code to the callback. Throws a `TypeError` that names a wrong option.
 */
export function launchPage(options: LaunchPageOptions) {
  const { sdk, callback, home, ancestors, nonce } = checkFor('launchPage', () =>
    readOptions(options),
  )

  // browsers also check the redirect after the form
  const formAction = new Set(["'self'", callback.origin, new URL(home, callback).origin])

  return (req: IncomingMessage, res: ServerResponse): void => {
    const key = readNonce(typeof nonce === 'function' ? nonce(req, res) : nonce)
    const { language, texts } = textsFor(req.headers['accept-language'])
    const login = readLogin(req.url ?? '')
    res.statusCode = login ? 200 : 400
    // the application may have forbidden all frames; the policy below names the allowed ones
    if (ancestors.length > 0) res.removeHeader('X-Frame-Options')
    for (const name of STOPS_SDK) res.removeHeader(name)
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    res.setHeader('Content-Language', language)
    res.setHeader('Cache-Control', 'no-store')
    res.setHeader('Vary', 'Accept-Language')
    // under no-referrer the form would send `Origin: null`
    res.setHeader('Referrer-Policy', 'same-origin')
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader(
      'Content-Security-Policy',
      [
        "default-src 'none'",
        `script-src 'nonce-${key}'`,
        `style-src 'nonce-${key}'`,
        `img-src ${sdk.origin} data:`,
        `connect-src 'self' ${sdk.origin}`,
        `form-action ${[...formAction].join(' ')}`,
        "base-uri 'none'",
        `frame-ancestors ${ancestors.join(' ') || "'none'"}`,
      ].join('; '),
    )
    const body = login
      ? whole(texts, home, key, sdk.href, { ...login, callbackURL: callback.href })
      : `<main>${section('wrong', texts.wrong, link(texts.back, home), '')}</main>`
    res.end(page(language, key, body))
  }
}

function readOptions(options: LaunchPageOptions) {
  // a caller in plain JavaScript may give anything
  if (typeof options !== 'object' || options === null)
    throw new TypeError('options must be an object')
  const copy = copyMembers(options)
  // applications may give all their settings for ZaloPay
  checkNames({ ...copy }, options, 'launchPage', [...OWN_OPTIONS, ...OPTIONS])
  const { sdkURL, callbackURL, homeURL, frameAncestors, nonce } = copy
  if (typeof nonce !== 'function') readNonce(nonce)
  return {
    sdk: absoluteURL('sdkURL', sdkURL),
    callback: absoluteURL('callbackURL', callbackURL),
    home: readHomeURL(homeURL),
    ancestors: readOrigins(frameAncestors),
    nonce,
  }
}

function readHomeURL(homeURL: unknown): string {
  return homeURL === undefined ? '/' : pageURL('homeURL', requireText('homeURL', homeURL))
}

function readOrigins(frameAncestors: unknown): readonly string[] {
  if (frameAncestors === undefined) return []
  if (!Array.isArray(frameAncestors) || !frameAncestors.every(isOrigin))
    refuseOption('frameAncestors', 'must be a list of origins such as https://host.example')
  return [...(frameAncestors as string[])]
}

function isOrigin(value: unknown): boolean {
  // not URL.canParse: the URL of jsdom in Jest 29 has none
  try {
    const { origin, protocol } = new URL(String(value))
    return origin === value && /^https?:$/.test(protocol)
  } catch {
    return false
  }
}

function readNonce(nonce: unknown): string {
  if (nonce === undefined) return randomBytes(16).toString('base64')
  if (typeof nonce !== 'string' || !NONCE.test(nonce))
    refuseOption('nonce', 'must be base64, as in a Content-Security-Policy')
  return nonce
}

/** The login in the query; undefined if a part of it is missing or wrong. Never throws. */
function readLogin(target: string): Record<string, string | number> | undefined {
  // a request target can be something else than a URL
  const query = new URLSearchParams(/\?([^#]*)/.exec(target)?.[1] ?? '')
  const one = (name: string, shape: RegExp) => {
    const [value, another] = query.getAll(name)
    return value !== undefined && another === undefined && shape.test(value) ? value : undefined
  }
  const login: Record<string, string | number> = {}
  for (const [name, shape] of Object.entries(SHAPES)) {
    const value = one(name, shape)
    if (value === undefined) return undefined
    login[name] = name === 'appId' ? Number(value) : value
  }
  if (!query.has('rawCodeChallenge')) return login
  const rawCodeChallenge = one('rawCodeChallenge', RAW_CHALLENGE)
  return rawCodeChallenge === undefined ? undefined : { ...login, rawCodeChallenge }
}

function whole(texts: Texts, home: string, nonce: string, sdkURL: string, login: object): string {
  const back = link(texts.back, home)
  const both = `<button type="button">${escape(texts.again)}</button>${back}`
  return `<main data-login="${escape(JSON.stringify(login))}">
<div role="status">
${section('working', texts.working, '', 'data-waits class="working"')}
${section('waiting', texts.waiting, both, 'data-waits hidden')}
${section('outside', texts.outside, back, 'hidden')}
${(['unloaded', 'refused', 'failed', 'late'] as const)
  .map((state) => section(state, texts[state], both, 'hidden'))
  .join('\n')}
</div>
</main>
<noscript>
<style nonce="${nonce}">main { display: none }</style>
<div>${section('noScript', texts.noScript, back, '')}</div>
</noscript>
<script data-cfasync="false" nonce="${nonce}">
${BROWSER_TEXT}</script>
<script data-cfasync="false" nonce="${nonce}" id="sdk" src="${escape(sdkURL)}"></script>`
}

function section(state: string, [title, text]: [string, string], actions: string, more: string) {
  const waits = more.includes('data-waits') ? '<span class="spinner"></span>' : ''
  return `<section data-state="${state}" ${more}>
${waits}<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
${actions && `<nav>${actions}</nav>`}
</section>`
}

function link(text: string, url: string): string {
  return `<a href="${escape(url)}">${escape(text)}</a>`
}

// the empty icon: a browser that asked for /favicon.ico would report the page's policy in the console
function page(language: string, nonce: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ZaloPay</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`
}

const STYLE = `
:root { --page: #f4f6fa; --card: #fff; --text: #14213d; --quiet: #56617a; --blue: #0052cc; --line: #c9d2e3 }
@media (prefers-color-scheme: dark) {
  :root { --page: #10141d; --card: #1a2130; --text: #eef2fa; --quiet: #a9b4c9; --blue: #7fb0ff; --line: #3a465e }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body {
  margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center;
  background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main, div { width: 100%; max-width: 24rem }
section {
  padding: 2rem 1.5rem; text-align: center; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere;
}
h1, p { text-wrap: balance }
h1 { margin: 0; font-size: 1.25rem; line-height: 1.3 }
p { margin: .75rem 0 0; color: var(--quiet) }
nav { display: grid; gap: .75rem; margin-top: 1.5rem }
button, a {
  display: block; min-height: 3rem; padding: .7rem 1rem; border: 1px solid var(--blue); border-radius: .75rem;
  font: inherit; font-weight: 600; line-height: 1.5; text-decoration: none; color: var(--blue); background: none; cursor: pointer;
}
button, a:only-child { color: var(--card); background: var(--blue) }
:focus-visible { outline: 3px solid var(--text); outline-offset: 2px }
.spinner {
  display: block; width: 2.5rem; height: 2.5rem; margin: 0 auto 1rem; border-radius: 50%;
  border: 4px solid var(--line); border-top-color: var(--blue); animation: turn 1s linear infinite;
}
.working h1, .working p { animation: appear .2s 1s both }
@keyframes turn { to { transform: rotate(1turn) } }
@keyframes appear { from { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 4s } }
@media (forced-colors: active) { .spinner { border-top-color: Highlight } }
`

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

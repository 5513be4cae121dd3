import { isNativeError } from 'node:util/types'
import { failureMessage, LoginError, type FailureCode } from 'passport-code-flow'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { localeOf, type Render } from '../pages/render.js'
import { formatName, PROVIDER_TITLES, translate, type TextKey } from '../pages/texts.js'

/** A page with one message and one button. */
export interface Message {
  status: number
  title: TextKey
  text: TextKey
  next?: TextKey
  action: { href: string; label: TextKey }
}

const HOME = { href: '/', label: 'action.home' } as const
const LOGIN = { href: '/', label: 'action.login' } as const
const ACCOUNT = { href: '/account', label: 'action.account' } as const

type Action = Message['action']

const page = (status: number, title: TextKey, text: TextKey, action: Action): Message => ({
  status,
  title,
  text,
  action,
})

/** The pages that say why a request was refused. */
export const MESSAGES = {
  expired: page(403, 'expired.title', 'expired.text', HOME),
  // a browser that keeps no cookies has no token for any of its forms
  tokenless: { ...page(403, 'expired.title', 'expired.text', HOME), next: 'next.tokenless' },
  cookieless: page(403, 'failure.title', 'next.no_pending_login', LOGIN),
  limit: { ...page(429, 'limit.title', 'limit.text', HOME), next: 'next.later' },
  taken: { ...page(409, 'taken.title', 'taken.text', ACCOUNT), next: 'next.account' },
  stranger: { ...page(409, 'stranger.title', 'stranger.text', ACCOUNT), next: 'next.account' },
  stale: page(403, 'stale.title', 'stale.text', LOGIN),
  missing: page(404, 'missing.title', 'missing.text', HOME),
  bad: page(400, 'bad.title', 'bad.text', HOME),
  paused: { ...page(503, 'fault.title', 'fault.paused', HOME), next: 'next.later' },
} satisfies Record<string, Message>

/** What the page of a failed login shows. A title replaces the core's message. */
const FAILURES: Record<FailureCode, { title?: TextKey; next?: TextKey }> = {
  no_code: { title: 'failure.no_code', next: 'next.no_code' },
  bad_callback: {},
  method_not_allowed: { next: 'next.method_not_allowed' },
  prefetch: {},
  cross_site_start: {},
  cross_site_callback: {},
  no_pending_login: { title: 'failure.no_pending_login', next: 'next.no_pending_login' },
  pending_expired: { title: 'failure.pending_expired', next: 'next.pending_expired' },
  start_loop: { title: 'failure.title', next: 'next.start_loop' },
  code_already_used: { title: 'failure.code_already_used', next: 'next.code_already_used' },
  invalid_code: {},
  access_denied: { title: 'failure.access_denied', next: 'next.access_denied' },
  sdk_failed: { title: 'failure.title', next: 'next.sdk_failed' },
  user_rejected: { next: 'next.user_rejected' },
}

/** True when Back or Reload has sent the callback of a finished login once more. */
export function isRepeated(req: Request, code: FailureCode): boolean {
  return req.user !== undefined && ['code_already_used', 'no_pending_login'].includes(code)
}

/** Shows one of the pages above. */
export function showMessage(render: Render, kind: keyof typeof MESSAGES): RequestHandler {
  return (req, res) => {
    const { status, text, ...message }: Message = MESSAGES[kind]
    res.status(status)
    render(req, res, 'message', { ...message, text: translate(localeOf(res), text) })
  }
}

/**
 * Shows why a login failed and what to do. A logged-in visitor only sees that the login is still
 * there.
 */
export function showFailure(
  render: Render,
  req: Request,
  res: Response,
  code: FailureCode,
  status: number,
) {
  const locale = localeOf(res)
  const { title, next } = FAILURES[code]
  if (status === 405) res.set('Allow', 'GET, POST')
  if (!req.user) {
    const text = title ? undefined : failureMessage(code, locale)
    res.status(status)
    render(req, res, 'message', {
      code,
      title: title ?? 'failure.title',
      text,
      next,
      action: LOGIN,
    })
    return
  }
  const name = formatName(locale, req.user)
  const repeated = isRepeated(req, code)
  // the title of `no_code` asks for a login
  const what = code === 'no_code' ? undefined : title
  res.status(repeated ? 200 : status)
  render(req, res, 'message', {
    code,
    title: repeated ? 'loggedIn.title' : (what ?? 'failure.title'),
    values: { name },
    text: translate(locale, repeated ? 'loggedIn.text' : 'loggedIn.kept', { name }),
    action: ACCOUNT,
  })
}

/** Answers every error with a page. Its reference number is in the log line of the error, too. */
export function handleErrors(render: Render): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const status = statusOf(error)
    if (res.headersSent) next(error)
    else if (status >= 500) showFault(render, req, res, error, status)
    else void showMessage(render, status === 403 ? 'tokenless' : 'bad')(req, res, next)
  }
}

function showFault(render: Render, req: Request, res: Response, error: unknown, status: number) {
  res.err = isNativeError(error) ? error : new Error('what was thrown is not an error')
  const locale = localeOf(res)
  const provider = error instanceof LoginError ? PROVIDER_TITLES[error.strategy] : undefined
  res.status(status)
  render(req, res, 'message', {
    title: provider ? 'fault.title' : 'fault.broken',
    text: provider
      ? translate(locale, 'fault.text', { provider })
      : translate(locale, 'fault.site'),
    next: 'next.later',
    action: HOME,
    reference: req.id,
  })
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error && error.status
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}

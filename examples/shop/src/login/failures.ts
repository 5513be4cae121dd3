import { isNativeError } from 'node:util/types'
import { failureMessage, LoginError, type FailureCode } from 'passport-code-flow'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { localeOf, PROVIDER_TITLES, type Render } from '../pages/render.js'
import { translate, type TextKey } from '../pages/texts.js'

/** A page that says one thing and the one thing to do next. */
export interface Message {
  status: number
  title: TextKey
  text: TextKey
  next: TextKey
  action?: { href: string; label: TextKey }
}

const HOME = { href: '/', label: 'action.home' } as const
const LOGIN = { href: '/', label: 'action.login' } as const
const ACCOUNT = { href: '/account', label: 'action.account' } as const

/** The pages that say why something was refused. */
export const MESSAGES = {
  expired: {
    status: 403,
    title: 'expired.title',
    text: 'expired.text',
    next: 'next.home',
    action: HOME,
  },
  limit: {
    status: 429,
    title: 'limit.title',
    text: 'limit.text',
    next: 'next.later',
    action: HOME,
  },
  taken: {
    status: 409,
    title: 'taken.title',
    text: 'taken.text',
    next: 'next.other',
    action: ACCOUNT,
  },
  stale: {
    status: 403,
    title: 'stale.title',
    text: 'stale.text',
    next: 'next.login',
    action: LOGIN,
  },
  missing: {
    status: 404,
    title: 'missing.title',
    text: 'missing.text',
    next: 'next.home',
    action: HOME,
  },
  bad: { status: 400, title: 'bad.title', text: 'bad.text', next: 'next.home', action: HOME },
  paused: {
    status: 503,
    title: 'fault.title',
    text: 'fault.paused',
    next: 'next.later',
    action: HOME,
  },
} satisfies Record<string, Message>

/** Shows one of the pages above. */
export function showMessage(render: Render, kind: keyof typeof MESSAGES): RequestHandler {
  return (req, res) => {
    const { status, title, text, next, action } = MESSAGES[kind]
    const locale = localeOf(res)
    res.status(status)
    render(req, res, 'message', { title, text: translate(locale, text), next, action })
  }
}

/** Shows why a login failed: the core's words for `code`, then what to do. */
export function showFailure(
  render: Render,
  req: Request,
  res: Response,
  code: FailureCode,
  status: number,
) {
  const locale = localeOf(res)
  // Compiles only while every code has its text.
  const next: TextKey = `next.${code}`
  res.status(status)
  if (status === 405) res.set('Allow', 'GET, POST')
  render(req, res, 'message', {
    title: 'failure.title',
    text: failureMessage(code, locale),
    next,
    action: LOGIN,
    code,
  })
}

/** Answers every error with a calm page; its reference number stands in the log beside the error. */
export function handleErrors(render: Render): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const status = statusOf(error)
    if (res.headersSent) next(error)
    else if (status >= 500) showFault(render, req, res, error, status)
    else void showMessage(render, status === 403 ? 'expired' : 'bad')(req, res, next)
  }
}

function showFault(render: Render, req: Request, res: Response, error: unknown, status: number) {
  res.err = isNativeError(error) ? error : new Error('what was thrown is not an error')
  res.status(status)
  render(req, res, 'message', {
    title: 'fault.title',
    text: faultText(error, res),
    next: 'next.later',
    action: HOME,
    reference: req.id,
  })
}

function faultText(error: unknown, res: Response): string {
  const locale = localeOf(res)
  const provider = error instanceof LoginError ? error.strategy : undefined
  const title = Object.entries(PROVIDER_TITLES).find(([name]) => name === provider)?.[1]
  return title
    ? translate(locale, 'fault.text', { provider: title })
    : translate(locale, 'fault.site')
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error && error.status
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}

import { randomUUID } from 'node:crypto'
import { LoginError, safeReturnTo, type FailureInfo, type LoginInfo } from 'passport-code-flow'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { ProviderName } from '../settings.js'
import {
  findOrCreateUser,
  findUser,
  linkIdentity,
  type LinkResult,
  type Owner,
  type Person,
} from '../account/accounts.js'
import { isRepeated, showFailure, showMessage } from './failures.js'
import { markConfirmed } from '../protect/require.js'
import { logIn, type Question, saveSession } from './session.js'
import type { Site } from '../app.js'

/** How long the visitor has time to answer a question, in milliseconds. */
const QUESTION_WAITS = 5 * 60 * 1000

const PROVIDER_STEPS = ['token', 'profile']
const JUNK = ['bad_callback', 'invalid_code', 'code_already_used']

/** Why a login was started here. It comes back in `info.state`. */
export type Purpose = 'login' | 'link' | 'confirm'

/** Starts a login. Its options take only `returnTo` from the request, after a check. */
export function startLogin(site: Site, name: ProviderName, purpose: Purpose): RequestHandler {
  return (req, res, next) => {
    const options = {
      returnTo: safeReturnTo(req.body?.returnTo, '/account'),
      // A link or a confirmation is valid only for the account that started it.
      state: purpose === 'login' ? purpose : `${purpose}:${req.user?.id}`,
    }
    site.passport.authenticate(name, options, finish(site, name, req, res, next))(req, res, next)
  }
}

/** Takes the provider's code, on the registered address. */
export function completeLogin(site: Site, name: ProviderName): RequestHandler {
  return (req, res, next) => {
    site.passport.authenticate(name, finish(site, name, req, res, next))(req, res, next)
  }
}

/** Passport's custom callback: it gets an error, a failure or a person. */
function finish(site: Site, name: ProviderName, req: Request, res: Response, next: NextFunction) {
  return (error: unknown, person?: unknown, info?: unknown, status?: unknown) => {
    if (name === 'monpay') recordAnswer(site, error, info)
    if (isPerson(person) && isLoginInfo(info)) {
      welcome(site, req, res, person, info).catch(next)
    } else if (isFailure(info)) {
      const { code } = info
      const isJunk = JUNK.includes(code) && !isRepeated(req, code)
      const counted = isJunk ? site.limits.countJunk(req) : Promise.resolve()
      counted.then(() => showFailure(site.render, req, res, code, Number(status))).catch(next)
    } else if (isAborted(error)) {
      // Nobody knows whether this code was junk. Without a count, such requests have no limit.
      site.limits.countAborted(req).then(() => next(error), next)
    } else {
      next(error)
    }
  }
}

/** True when the browser has closed the connection before the provider answered. */
function isAborted(error: unknown): boolean {
  return error instanceof LoginError && error.code === 'network' && error.step === 'callback'
}

/** Tells the breaker how MonPay answered. A refused code shows that MonPay works. */
function recordAnswer({ breaker }: Site, error: unknown, info: unknown): void {
  if (!error && (isLoginInfo(info) || (isFailure(info) && info.code === 'invalid_code'))) {
    breaker.record(true)
  } else if (error instanceof LoginError && PROVIDER_STEPS.includes(error.step)) {
    breaker.record(false)
  } else {
    breaker.record(undefined)
  }
}

/** Decides what a finished login means: a link, a confirmation, a switch of accounts or a login. */
async function welcome(
  site: Site,
  req: Request,
  res: Response,
  person: Person,
  info: LoginInfo,
): Promise<void> {
  const unsolicited = info.initiatedBy !== 'site'
  const owner = await findUser(site.db, person)
  const isOwner = owner !== undefined && owner.id === req.user?.id
  if (!unsolicited && info.state !== 'login') {
    await serveAccount(site, req, res, { person, owner, purpose: info.state })
    return
  }
  // Accounts are never switched silently.
  if (req.user && !isOwner) return ask(req, res, { page: '/auth/switch', person, unsolicited })
  if (req.user) {
    await findOrCreateUser(site.db, person, owner)
    await meetAgain(req, unsolicited)
  } else {
    await logIn(site, req, { person, known: owner, unsolicited })
    if (unsolicited) return res.redirect(303, '/auth/arrived')
  }
  res.redirect(303, safeReturnTo(info.returnTo, '/account'))
}

/** Leaves the decision to the visitor, on the next page. */
async function ask(
  req: Request,
  res: Response,
  question: Pick<Question, 'page' | 'person' | 'unsolicited'>,
): Promise<void> {
  req.session.question = { ...question, id: randomUUID(), until: Date.now() + QUESTION_WAITS }
  await saveSession(req)
  res.redirect(303, question.page)
}

/**
 * The logged-in user has logged in once more. This is a confirmation if the user asked for it here.
 */
async function meetAgain(req: Request, unsolicited: boolean): Promise<void> {
  const awaited = (req.session.confirmUntil ?? 0) > Date.now()
  if (unsolicited && !awaited) return
  markConfirmed(req)
  if (awaited) req.session.notice = 'notice.confirmed'
  await saveSession(req)
}

/** Links or confirms, only for the account that started it. */
async function serveAccount(
  site: Site,
  req: Request,
  res: Response,
  { person, owner, purpose }: { person: Person; owner: Owner | undefined; purpose: unknown },
): Promise<void> {
  const serve = async (user: Express.User) => {
    if (purpose === `link:${user.id}`) {
      // Sngine sends no `state`. While a link waits, anybody can send a link with a key of their own.
      const mustAsk = person.provider === 'moneypools' && !owner
      return mustAsk ? 'question' : linkIdentity(site.db, user.id, person)
    }
    if (purpose !== `confirm:${user.id}`) return 'stale'
    return owner?.id === user.id ? 'confirmed' : 'stranger'
  }
  const result = req.user ? await serve(req.user) : 'stale'
  if (result === 'question')
    return ask(req, res, { page: '/auth/link', person, unsolicited: false })
  return showResult(site, req, res, result)
}

/** Shows what has come of a link or of a confirmation. */
export async function showResult(
  site: Site,
  req: Request,
  res: Response,
  result: LinkResult | 'stale' | 'stranger' | 'confirmed',
): Promise<void> {
  if (result === 'taken' || result === 'stale' || result === 'stranger') {
    await showMessage(site.render, result)(req, res, () => undefined)
    return
  }
  if (result === 'confirmed') markConfirmed(req)
  req.session.notice = `notice.${result}`
  await saveSession(req)
  res.redirect(303, '/account')
}

function isPerson(value: unknown): value is Person {
  return typeof value === 'object' && value !== null && 'subject' in value
}

function isLoginInfo(value: unknown): value is LoginInfo {
  return typeof value === 'object' && value !== null && 'initiatedBy' in value
}

function isFailure(value: unknown): value is FailureInfo {
  return typeof value === 'object' && value !== null && 'code' in value
}

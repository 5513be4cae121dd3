import type { FailureInfo } from 'passport-code-flow'
import { safeReturnTo } from 'passport-code-flow'
import type { Request, RequestHandler, Response } from 'express'
import type { ProviderName } from '../config.js'
import { findOrCreateUser, findUser, linkIdentity, type Person } from '../data/accounts.js'
import { showFailure, showMessage } from '../failures.js'
import { markConfirmed } from '../security/confirmed.js'
import { markJunk } from '../security/limits.js'
import { saveSession, signIn } from '../security/sign-in.js'
import type { Site } from '../site.js'

/** How long somebody who has arrived waits for the visitor's decision, in milliseconds. */
const ARRIVAL_WAITS = 5 * 60 * 1000

const JUNK = ['bad_callback', 'invalid_code', 'code_already_used']

/** What the strategies tell beside the person. */
interface LoginInfo {
  state?: unknown
  returnTo?: string
  initiatedBy: 'site' | 'provider'
}

/** What a login that begins here is for; comes back with it as `info.state`. */
export type Purpose = 'login' | 'link' | 'confirm'

/** Begins a login; of the request only `returnTo` gets into its options, checked. */
export function startLogin(site: Site, name: ProviderName, purpose: Purpose): RequestHandler {
  return (req, res, next) => {
    const options = {
      returnTo: safeReturnTo(req.body?.returnTo, '/account'),
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

type Next = Parameters<RequestHandler>[2]

/** Passport's custom callback: exactly one of an error, a failure, a person. */
function finish(site: Site, name: ProviderName, req: Request, res: Response, next: Next) {
  return (error: unknown, person?: unknown, info?: unknown, status?: unknown) => {
    if (error) {
      if (name === 'monpay') site.breaker.record(false)
      return next(error)
    }
    if (!person) {
      const { code } = info as FailureInfo
      if (name === 'monpay' && code === 'invalid_code') site.breaker.record(false)
      if (JUNK.includes(code)) markJunk(res)
      return showFailure(site.render, req, res, code, Number(status))
    }
    if (name === 'monpay') site.breaker.record(true)
    welcome(site, req, res, person as Person, info as LoginInfo).catch(next)
  }
}

/** Decides what the arrival of a person means: a link, a confirmation, a switch or a sign-in. */
async function welcome(site: Site, req: Request, res: Response, person: Person, info: LoginInfo) {
  const unsolicited = info.initiatedBy !== 'site'
  const purpose = unsolicited ? 'login' : String(info.state ?? 'login')
  const owner = await findUser(site.db, person)
  if (purpose !== 'login') {
    return serveAccount(site, req, res, person, { purpose, isOwner: owner?.id === req.user?.id })
  }
  if (!req.user) {
    const user = await findOrCreateUser(site.db, person)
    await signIn(site, req, { user, provider: person.provider, unsolicited })
  } else if (owner?.id !== req.user.id) {
    return askBeforeSwitch(req, res, person, unsolicited)
  } else {
    await meetAgain(req, unsolicited)
  }
  res.redirect(303, safeReturnTo(info.returnTo, '/account'))
}

/** The signed-in person came once more: a login begun here, or one that was waited for, confirms. */
async function meetAgain(req: Request, unsolicited: boolean): Promise<void> {
  const awaited = (req.session.confirmUntil ?? 0) > Date.now()
  if (unsolicited && !awaited) return
  markConfirmed(req)
  if (awaited) req.session.notice = 'notice.confirmed'
  await saveSession(req)
}

/** Links or confirms, for the account that asked and nobody else. */
async function serveAccount(
  site: Site,
  req: Request,
  res: Response,
  person: Person,
  { purpose, isOwner }: { purpose: string; isOwner: boolean },
) {
  const refuse = (kind: 'stale' | 'taken') =>
    showMessage(site.render, kind)(req, res, () => undefined)
  if (purpose === `link:${req.user?.id}` && req.user) {
    const result = await linkIdentity(site.db, req.user.id, person)
    if (result === 'taken') return refuse('taken')
    req.session.notice = `notice.${result}`
  } else if (purpose === `confirm:${req.user?.id}` && req.user && isOwner) {
    markConfirmed(req)
    req.session.notice = 'notice.confirmed'
  } else {
    return refuse(req.user ? 'taken' : 'stale')
  }
  await saveSession(req)
  res.redirect(303, '/account')
}

/** Nobody is switched silently: the visitor decides, on a page of its own. */
async function askBeforeSwitch(req: Request, res: Response, person: Person, unsolicited: boolean) {
  req.session.arrival = { person, unsolicited, until: Date.now() + ARRIVAL_WAITS }
  await saveSession(req)
  res.redirect(303, '/auth/switch')
}

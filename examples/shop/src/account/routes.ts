import { Router, urlencoded, type Request, type RequestHandler } from 'express'
import { deleteUser, listIdentities, unlinkIdentity } from './accounts.js'
import { listBrowsers, removeAllBrowsers, removeBrowser } from './browsers.js'
import { isProviderName, type ProviderName } from '../settings.js'
import { showMessage } from '../login/failures.js'
import { requireConfirmed, requireFormToken, requireUser } from '../protect/require.js'
import { cookieOptions, saveSession, logOut } from '../login/session.js'
import type { Site } from '../app.js'
import { startLogin } from '../login/login.js'

/**
 * How long a MonPay code counts as a confirmation after the user has asked for one, in
 * milliseconds.
 */
const AWAITED_FOR = 5 * 60 * 1000

/** The account page and what can be changed there. */
export function accountRoutes(site: Site): Router {
  const router = Router()
  const form = urlencoded({ extended: false, limit: '4kb' })
  const change: RequestHandler[] = [form, requireFormToken, requireUser]

  router.get('/account', requireUser, async (req, res) => {
    const { user } = loggedIn(req)
    const isThis = ({ id }: { id: string }) => Number(id === user.browserId)
    const [identities, browsers] = await Promise.all([
      listIdentities(site.db, user.id),
      listBrowsers(site.db, user.id),
    ])
    site.render(req, res, 'account', {
      identities,
      // this browser first: a visitor compares the other ones with it
      browsers: browsers.sort((a, b) => isThis(b) - isThis(a)),
      isQuestioned: req.session.unsolicited && !req.session.recognised,
      notice: takeNotice(req),
    })
  })

  // Anybody could press this button, so changes still need a confirmation.
  router.post('/account/recognise', ...change, async (req, res) => {
    req.session.recognised = true
    await saveSession(req)
    res.redirect(303, '/account')
  })

  router.post('/account/unlink', ...change, requireConfirmed, async (req, res) => {
    const { user } = loggedIn(req)
    const done = await unlinkIdentity(site.db, user, String(req.body.identity))
    req.session.notice = done ? 'notice.unlinked' : 'notice.last'
    await saveSession(req)
    res.redirect(303, '/account')
  })

  router.post('/account/link', ...change, requireConfirmed, (req, res, next) => {
    const provider = chosenProvider(site, req)
    // This site does not start MonPay logins, so a MonPay code never links (RFC 9700 section 4.7).
    if (!provider || provider === 'monpay') return showMessage(site.render, 'bad')(req, res, next)
    return startLogin(site, provider, 'link')(req, res, next)
  })

  router.get('/auth/confirm', requireUser, async (req, res) => {
    const identities = await listIdentities(site.db, loggedIn(req).user.id)
    const linked = new Set(identities.map(({ provider }) => provider))
    site.render(req, res, 'confirm', {
      linked,
      waiting: (req.session.confirmUntil ?? 0) > Date.now(),
    })
  })

  router.post('/auth/confirm', ...change, async (req, res, next) => {
    const provider = chosenProvider(site, req)
    if (!provider) return showMessage(site.render, 'bad')(req, res, next)
    if (provider !== 'monpay') return startLogin(site, provider, 'confirm')(req, res, next)
    req.session.confirmUntil = Date.now() + AWAITED_FOR
    await saveSession(req)
    return res.redirect(303, '/auth/confirm')
  })

  router.post('/logout', ...change, async (req, res) => {
    await logOut(site, req)
    req.session.notice = 'notice.logged_out'
    await saveSession(req)
    res.redirect(303, '/')
  })

  router.post('/logout/other', ...change, requireConfirmed, async (req, res) => {
    await removeBrowser(site.db, loggedIn(req).user.id, String(req.body.browser))
    req.session.notice = 'notice.ended'
    await saveSession(req)
    res.redirect(303, '/account')
  })

  router.post('/logout/everywhere', ...change, requireConfirmed, async (req, res) => {
    await removeAllBrowsers(site.db, loggedIn(req).user.id)
    await logOut(site, req)
    req.session.notice = 'notice.logged_out_everywhere'
    await saveSession(req)
    res.redirect(303, '/')
  })

  router.post('/account/delete', ...change, requireConfirmed, async (req, res) => {
    await deleteUser(site.db, loggedIn(req).user.id)
    await logOut(site, req)
    req.session.notice = 'notice.deleted'
    await saveSession(req)
    res.clearCookie('last', cookieOptions(site.config)).redirect(303, '/')
  })

  return router
}

/** The notice that the previous request left for this page; it is shown once. */
export function takeNotice(req: Request): string | undefined {
  const { notice } = req.session
  delete req.session.notice
  return notice
}

function chosenProvider(site: Site, req: Request): ProviderName | undefined {
  const name: unknown = req.body.provider
  return isProviderName(name) && site.config.providers[name] ? name : undefined
}

/** The user, on routes after `requireUser`. */
function loggedIn(req: Request): { user: Express.User } {
  if (!req.user) throw new Error('requireUser is missing on this route')
  return { user: req.user }
}

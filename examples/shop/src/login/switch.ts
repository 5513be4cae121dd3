import { Router, urlencoded, type Request } from 'express'
import { findOrCreateUser, findUser } from '../account/accounts.js'
import { showMessage } from './failures.js'
import { requireFormToken, requireUser } from '../protect/require.js'
import { saveSession, logIn } from './session.js'
import type { Site } from '../site.js'

/** Asks before one logged-in account takes the place of another, and then does it. */
export function switchRoutes(site: Site): Router {
  const router = Router()
  const form = urlencoded({ extended: false, limit: '4kb' })

  router.get('/auth/switch', requireUser, async (req, res, next) => {
    const arrival = readArrival(req)
    if (!arrival) return showMessage(site.render, 'expired')(req, res, next)
    const owner = await findUser(site.db, arrival.person)
    const { person } = arrival
    return site.render(req, res, 'switch', {
      arrivalId: arrival.id,
      provider: person.provider,
      isNew: !owner,
      arriving: {
        ...(owner ?? { display_name: person.displayName, picture: person.picture }),
        provider: person.provider,
      },
    })
  })

  router.post('/auth/switch', form, requireFormToken, requireUser, async (req, res, next) => {
    const arrival = readArrival(req)
    // Somebody else may have arrived in another tab: the form speaks of the person that it named.
    if (!arrival || req.body.arrival !== arrival.id) {
      return showMessage(site.render, 'expired')(req, res, next)
    }
    delete req.session.arrival
    if (req.body.choice === 'switch') {
      const { person, unsolicited } = arrival
      const user = await findOrCreateUser(site.db, person)
      await logIn(site, req, { user, provider: person.provider, unsolicited })
    } else {
      req.session.notice = 'notice.stayed'
      await saveSession(req)
    }
    return res.redirect(303, '/account')
  })

  return router
}

/** Kept in the session, so that nothing of it comes from the form. */
function readArrival(req: Request) {
  const { arrival } = req.session
  return arrival && arrival.until > Date.now() ? arrival : undefined
}

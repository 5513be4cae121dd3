import { type Answer, answerJSON, answerRedirect, last, type Visit } from '../http.js'
import type { Markup } from '../pages/html.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import { issueKey, redirectURL, sameApp, type SngineLedger } from './api.js'
import type { SngineUser } from './options.js'
import { beginSession, endSession, findViewer } from './session.js'
import { findTexts } from './texts.js'
import { DEFAULT_AVATAR } from './user-info.js'
import { appsPage, consentForm, frame, homePage, noticePage, loginForm } from './views.js'

function show({ app, basePath }: SngineLedger, title: string, body: Markup, status = 200): Answer {
  return answerPage({
    title: `${title} · Sngine simulator`,
    look: 'sngine',
    script: 'sngine.js',
    body,
    basePath,
    homeURL: app.homeURL,
    status,
  })
}

function goToApp(ledger: SngineLedger, viewer: SngineUser): string {
  return redirectURL(ledger, issueKey(ledger, viewer))
}

function startLogin(visit: Visit, ledger: SngineLedger): Answer {
  const { app, basePath, behaviour, clientID, consents, users } = ledger
  const viewer = findViewer(visit, ledger)
  const view = { basePath, viewer }
  if (!viewer) return show(ledger, 'Log in', frame(view, loginForm(view, users)))
  const appID = last(visit.query, 'app_id')?.trim()
  const texts = findTexts(visit, behaviour)
  if (!appID) return show(ledger, '404', noticePage(view, '404', 'There is no such page'), 404)
  if (behaviour.moduleOff) return show(ledger, 'Error', noticePage(view, 'Error', texts.moduleOff))
  if (!sameApp(appID, clientID))
    return show(ledger, 'Error', noticePage(view, 'Error', texts.unknownApp))
  if (consents.has(viewer.user_id)) return answerRedirect(goToApp(ledger, viewer))
  return show(ledger, 'Log in', frame(view, consentForm(view, viewer, appID, app.name)))
}

function showApps(visit: Visit, ledger: SngineLedger): Answer {
  const { app, basePath, clientID, consents } = ledger
  const viewer = findViewer(visit, ledger)
  if (!viewer) return answerRedirect(`${basePath}/`)
  const allowed = consents.has(viewer.user_id) ? [{ appID: clientID, appName: app.name }] : []
  return show(ledger, 'Apps', appsPage({ basePath, viewer }, allowed))
}

function allowApp(visit: Visit, ledger: SngineLedger): Answer {
  const viewer = findViewer(visit, ledger)
  if (!viewer) return answerJSON(200, { message: 'Log in first.' })
  if (!sameApp(last(visit.form, 'app_id') ?? '', ledger.clientID))
    return answerJSON(200, { message: findTexts(visit, ledger.behaviour).unknownApp })
  ledger.consents.add(viewer.user_id)
  return answerJSON(200, { redirect_url: goToApp(ledger, viewer) })
}

/** Sngine deletes the row that holds the consent, the key and the token. */
function removeApp(visit: Visit, ledger: SngineLedger): Answer {
  const viewer = findViewer(visit, ledger)
  if (viewer)
    for (const rows of [ledger.consents, ledger.keys, ledger.tokens]) rows.delete(viewer.user_id)
  return answerJSON(200, { reload: true })
}

function logIn(visit: Visit, ledger: SngineLedger): Answer {
  const chosen = last(visit.form, 'user_id')
  const user = ledger.users.find(({ user_id }) => String(user_id) === chosen)
  if (!user) return answerJSON(200, { message: 'There is no such account.' })
  return answerJSON(200, { reload: true }, beginSession(user, ledger))
}

function logOut(visit: Visit, ledger: SngineLedger): Answer {
  return answerJSON(200, { redirect_url: `${ledger.basePath}/` }, endSession(visit, ledger))
}

const ACTIONS: Record<string, (visit: Visit, ledger: SngineLedger) => Answer> = {
  '/includes/ajax/core/signin': logIn,
  '/includes/ajax/developers/oauth': allowApp,
  '/includes/ajax/developers/remove': removeApp,
  '/signout': logOut,
}

function answerUpload(path: string): Answer | undefined {
  const name = /^\/content\/uploads\/.*?([\w-]+)\.\w+$/.exec(path)?.[1]
  if (name !== undefined) return answerAsset(`/pictures/${name}.svg`)
  return path === DEFAULT_AVATAR ? answerAsset('/pictures/blank.svg') : undefined
}

/** Answers the site's pages; undefined for other paths. */
export function answerSite(visit: Visit, ledger: SngineLedger): Answer | undefined {
  if (visit.method === 'POST') return ACTIONS[visit.path]?.(visit, ledger)
  const { basePath, users } = ledger
  switch (visit.path.replace(/\/$/, '')) {
    case '':
      return show(ledger, 'Home', homePage({ basePath, viewer: findViewer(visit, ledger) }, users))
    case '/api/oauth':
      return startLogin(visit, ledger)
    case '/settings/apps':
      return showApps(visit, ledger)
    default:
      return answerUpload(visit.path) ?? answerAsset(visit.path)
  }
}

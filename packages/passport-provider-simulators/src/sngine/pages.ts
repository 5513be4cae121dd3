import { type Answer, answerJSON, answerRedirect, last, type Visit } from '../http.js'
import type { Markup } from '../pages/html.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import { sameApp, type SngineLedger } from './api.js'
import type { SngineUser } from './options.js'
import type { Sessions } from './session.js'
import { findLanguage, readTexts } from './texts.js'
import { DEFAULT_AVATAR } from './user-info.js'
import { appsPage, consentForm, frame, homePage, noticePage, loginForm } from './views.js'

/** What the site's pages need from the server. */
export interface SngineSite {
  ledger: SngineLedger
  sessions: Sessions
  basePath: string
  issueKey: (user: SngineUser) => string
  redirectURL: (key: string) => string
}

function show(site: SngineSite, title: string, body: Markup, status = 200): Answer {
  const { basePath, ledger } = site
  const { homeURL } = ledger.app
  return answerPage({
    title: `${title} · Sngine simulator`,
    look: 'sngine',
    script: 'sngine.js',
    body,
    basePath,
    homeURL,
    status,
  })
}

function goToApp(site: SngineSite, viewer: SngineUser): string {
  return site.redirectURL(site.issueKey(viewer))
}

function startLogin(visit: Visit, site: SngineSite): Answer {
  const { ledger, sessions, basePath } = site
  const viewer = sessions.find(visit)
  const view = { basePath, viewer }
  const appID = last(visit.query, 'app_id')?.trim()
  if (!viewer) {
    return show(site, 'Log in', frame(view, true, loginForm(view, ledger.users)))
  }
  const texts = readTexts(findLanguage(visit, ledger.behaviour))
  if (!appID) return show(site, '404', noticePage(view, '404', 'There is no such page'), 404)
  if (ledger.behaviour.moduleOff) {
    return show(site, 'Error', noticePage(view, 'Error', texts.moduleOff))
  }
  if (!sameApp(appID, ledger.appID)) {
    return show(site, 'Error', noticePage(view, 'Error', texts.unknownApp))
  }
  if (ledger.consents.has(viewer.user_id)) return answerRedirect(goToApp(site, viewer))
  const form = consentForm(view, viewer, appID, ledger.app.name)
  return show(site, 'Log in', frame(view, true, form))
}

function showApps(visit: Visit, site: SngineSite): Answer {
  const { ledger, sessions, basePath } = site
  const viewer = sessions.find(visit)
  if (!viewer) return answerRedirect(`${basePath}/`)
  const allowed = ledger.consents.has(viewer.user_id)
    ? [{ appID: ledger.appID, appName: ledger.app.name }]
    : []
  return show(site, 'Apps', appsPage({ basePath, viewer }, allowed))
}

function allowApp(visit: Visit, site: SngineSite): Answer {
  const { ledger, sessions } = site
  const viewer = sessions.find(visit)
  if (!viewer) return answerJSON(200, { message: 'Log in first.' })
  if (!sameApp(last(visit.form, 'app_id') ?? '', ledger.appID)) {
    return answerJSON(200, { message: readTexts(findLanguage(visit, ledger.behaviour)).unknownApp })
  }
  ledger.consents.add(viewer.user_id)
  return answerJSON(200, { redirect_url: goToApp(site, viewer) })
}

function logIn(visit: Visit, { ledger, sessions }: SngineSite): Answer {
  const chosen = last(visit.form, 'user_id')
  const user = ledger.users.find(({ user_id }) => String(user_id) === chosen)
  if (!user) return answerJSON(200, { message: 'There is no such account.' })
  return answerJSON(200, { reload: true }, { 'set-cookie': sessions.begin(user) })
}

function act(visit: Visit, site: SngineSite): Answer | undefined {
  const { ledger, sessions, basePath } = site
  switch (visit.path) {
    case '/includes/ajax/core/signin':
      return logIn(visit, site)
    case '/includes/ajax/developers/oauth':
      return allowApp(visit, site)
    case '/includes/ajax/developers/remove': {
      const viewer = sessions.find(visit)
      // Sngine deletes the row that holds the consent, the key and the token
      if (viewer)
        for (const rows of [ledger.consents, ledger.keys, ledger.tokens])
          rows.delete(viewer.user_id)
      return answerJSON(200, { reload: true })
    }
    case '/signout':
      return answerJSON(
        200,
        { redirect_url: `${basePath}/` },
        { 'set-cookie': sessions.end(visit) },
      )
    default:
      return undefined
  }
}

function answerUpload(path: string): Answer | undefined {
  const name = /^\/content\/uploads\/.*?([\w-]+)\.\w+$/.exec(path)?.[1]
  if (name !== undefined) return answerAsset(`/pictures/${name}.svg`)
  return path === DEFAULT_AVATAR ? answerAsset('/pictures/blank.svg') : undefined
}

/** Answers the site's pages; undefined for other paths. */
export function answerSite(visit: Visit, site: SngineSite): Answer | undefined {
  if (visit.method === 'POST') return act(visit, site)
  const { basePath, ledger, sessions } = site
  switch (visit.path.replace(/\/$/, '')) {
    case '':
      return show(site, 'Home', homePage({ basePath, viewer: sessions.find(visit) }, ledger.users))
    case '/api/oauth':
      return startLogin(visit, site)
    case '/settings/apps':
      return showApps(visit, site)
    default:
      return answerUpload(visit.path) ?? answerAsset(visit.path)
  }
}

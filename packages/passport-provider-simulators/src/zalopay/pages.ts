import { type Answer, single, type Visit } from '../http.js'
import { html } from '../pages/html.js'
import { drawIcon } from '../pages/icons.js'
import { describePerson, listPeople, type Person } from '../pages/people.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import type { Registration } from '../simulator.js'
import type { ZaloPayUser } from './options.js'
import { nameUser } from './sdk.js'

/** What the app's screen needs from the server. */
export interface ZaloPayScreen {
  users: ZaloPayUser[]
  app: Registration
  sdkURL: () => string
  owner: () => ZaloPayUser | undefined
  signIn: (user: ZaloPayUser) => void
}

function describe(user: ZaloPayUser): Person {
  return {
    key: user.muid,
    picture: user.avatar ?? '/pictures/blank.svg',
    name: nameUser(user),
    note: describePerson([
      user.display_name === undefined && 'no name',
      user.user_phone === undefined && 'no phone number',
      user.user_email === undefined && 'no e-mail',
      user.user_identity_info && 'identity data',
    ]),
  }
}

function showScreen(screen: ZaloPayScreen): Answer {
  const owner = screen.owner()
  const { homeURL, name } = screen.app
  const miniApp =
    homeURL === undefined
      ? html`<p>There is no mini app yet. Start the simulator with a <code>homeURL</code>, or open your app’s login page yourself: it loads the script below.</p>`
      : html`<ul class="apps one"><li><a class="app main" href="${homeURL}" data-testid="mini-app">${drawIcon('shop')}<span>${name}</span></a></li></ul>`
  const body = html`<main class="stage">
<section class="card phone" aria-label="Phone">
<header><h1>ZaloPay</h1><p>Signed in as ${owner ? nameUser(owner) : 'nobody'}</p></header>
<div>
<h2>Mini apps</h2>
${miniApp}
<p class="soft">A mini app gets <code>window.zlpSdk</code> from this script:<br><code>${screen.sdkURL()}</code></p>
</div>
</section>
<section class="card">
<h2>Who is signed in?</h2>
${listPeople(screen.users.map(describe), owner?.muid, ({ key }) => `/?user=${encodeURIComponent(key)}`)}
</section>
</main>`
  return answerPage({ title: 'ZaloPay simulator', look: 'zalopay', body, homeURL })
}

/** Answers the app's screen and its assets; undefined for other paths. */
export function answerScreen(visit: Visit, screen: ZaloPayScreen): Answer | undefined {
  if (visit.path !== '/') return answerAsset(visit.path)
  const chosen = screen.users.find(({ muid }) => muid === single(visit.query, 'user'))
  if (chosen) screen.signIn(chosen)
  return showScreen(screen)
}

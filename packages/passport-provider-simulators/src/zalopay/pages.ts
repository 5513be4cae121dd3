import { type Answer, single, type Visit } from '../http.js'
import { html, type Markup } from '../pages/html.js'
import { drawIcon } from '../pages/icons.js'
import { describePerson, isUnusualName, listPeople, type Person } from '../pages/people.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import type { Registration } from '../simulator.js'
import type { ZaloPayBehaviour, ZaloPayUser } from './options.js'
import { nameUser } from './sdk.js'

/** What the app's screen needs from the server. */
export interface ZaloPayScreen {
  users: ZaloPayUser[]
  app: Registration
  sdkURL: () => string
  owner: () => ZaloPayUser | undefined
  logIn: (user: ZaloPayUser) => void
  behaviour: ZaloPayBehaviour
  port: () => number
}

interface Choice {
  name: string
  text: string
  set: Partial<ZaloPayBehaviour>
}

/** What the SDK's `generateCodeChallenge` can do: the choices on the screen. */
const SDK_KINDS: Choice[] = [
  {
    name: 'hex',
    text: 'Hex, as published',
    set: { challenge: 'hex', generateCodeChallenge: 'works' },
  },
  {
    name: 'raw',
    text: 'Raw, as in RFC 7636',
    set: { challenge: 'raw', generateCodeChallenge: 'works' },
  },
  { name: 'missing', text: 'Missing', set: { challenge: 'hex', generateCodeChallenge: 'missing' } },
  { name: 'throws', text: 'Throws', set: { challenge: 'hex', generateCodeChallenge: 'throws' } },
  {
    name: 'silent',
    text: 'Never answers',
    set: { challenge: 'hex', generateCodeChallenge: 'silent' },
  },
]

const WAYS_TO_SHOW: Choice[] = [
  { name: 'document', text: 'As a page', set: { show: 'document' } },
  { name: 'frame', text: 'In a frame', set: { show: 'frame' } },
]

function nameSdkKind({ challenge, generateCodeChallenge }: ZaloPayBehaviour): string {
  if (generateCodeChallenge !== 'works') return generateCodeChallenge
  return challenge === 'raw' ? 'raw' : 'hex'
}

/** A list of links, one for each choice; the current one is marked. */
function listChoices(parameter: string, choices: Choice[], current: string): Markup {
  return html`<ul class="choices">${choices.map(
    ({ name, text }) => html`
<li><a class="button" href="/?${parameter}=${name}" data-testid="${parameter}-${name}" ${
      name === current && html`aria-current="true"`
    }>${text}</a></li>`,
  )}
</ul>`
}

/**
 * The address of the page with the frame, which must be another site than the mini app. `localhost`
 * and 127.0.0.1 are two sites for a browser: the page uses the one that the mini app does not use.
 */
function addressOfFrame({ app, port }: ZaloPayScreen): string {
  const host = new URL(app.homeURL ?? 'http://localhost').hostname
  return `http://${host === '127.0.0.1' ? 'localhost' : '127.0.0.1'}:${port()}/frame`
}

function describe(user: ZaloPayUser): Person {
  return {
    key: user.muid,
    picture: user.avatar ?? '/pictures/blank.svg',
    name: nameUser(user),
    note: describePerson([
      user.display_name === undefined && 'no name',
      user.user_phone === undefined && 'no phone number',
      user.user_email === undefined && 'no email',
      user.user_identity_info && 'identity data',
    ]),
    isForTests: isUnusualName(user.display_name ?? ''),
  }
}

function showScreen(screen: ZaloPayScreen): Answer {
  const owner = screen.owner()
  const { homeURL, name } = screen.app
  const { behaviour } = screen
  const address = behaviour.show === 'frame' ? addressOfFrame(screen) : homeURL
  const miniApp =
    homeURL === undefined
      ? html`<p>There is no mini app yet. Start the simulator with a <code>homeURL</code>, or open the login page of your app yourself. That page must load the script below.</p>`
      : html`<ul class="apps one"><li><a class="app main" href="${address}" data-testid="mini-app">${drawIcon('shop')}<span>${name}</span></a></li></ul>`
  const body = html`<main class="stage">
<section class="card phone" aria-label="Phone">
<header><h1>ZaloPay</h1><p>Logged in as ${owner ? nameUser(owner) : 'nobody'}</p></header>
<div>
<h2>Mini apps</h2>
${miniApp}
${homeURL !== undefined && html`<p>Tap the icon. It opens the mini app.</p>`}
<p class="soft">A mini app gets <code>window.zlpSdk</code> from this script:<br><code>${screen.sdkURL()}</code></p>
</div>
</section>
<section class="card">
<h2>Who is logged in?</h2>
${listPeople(screen.users.map(describe), owner?.muid, ({ key }) => `/?user=${encodeURIComponent(key)}`)}
<h2>How is the mini app shown?</h2>
${listChoices('show', WAYS_TO_SHOW, behaviour.show)}
<h2>The SDK’s <code>generateCodeChallenge</code></h2>
${listChoices('sdk', SDK_KINDS, nameSdkKind(behaviour))}
</section>
</main>`
  return answerPage({ title: 'ZaloPay simulator', look: 'zalopay', body, homeURL })
}

/** The mini app in a frame, as a web page of the app may show it. */
function showFrame({ app }: ZaloPayScreen): Answer | undefined {
  const { homeURL, name } = app
  if (homeURL === undefined) return undefined
  const body = html`<main class="frame"><h1>ZaloPay</h1>
<iframe src="${homeURL}" title="${name}" data-testid="mini-app-frame"></iframe></main>`
  return answerPage({
    title: `${name} in ZaloPay`,
    look: 'zalopay',
    body,
    homeURL,
    hasFrames: true,
  })
}

function choose(parameter: string, choices: Choice[], { query }: Visit): Choice['set'] {
  return choices.find(({ name }) => name === single(query, parameter))?.set ?? {}
}

/** Answers the app's screen and its assets; undefined for other paths. */
export function answerScreen(visit: Visit, screen: ZaloPayScreen): Answer | undefined {
  if (visit.path === '/frame') return showFrame(screen)
  if (visit.path !== '/') return answerAsset(visit.path)
  const chosen = screen.users.find(({ muid }) => muid === single(visit.query, 'user'))
  if (chosen) screen.logIn(chosen)
  const changes = { ...choose('sdk', SDK_KINDS, visit), ...choose('show', WAYS_TO_SHOW, visit) }
  Object.assign(screen.behaviour, changes)
  return showScreen(screen)
}

import { type Answer, single, type Visit } from '../http.js'
import { html, type Markup } from '../pages/html.js'
import { drawIcon } from '../pages/icons.js'
import { describePerson, isUnusualName, listPeople, type Person } from '../pages/people.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import type { ZaloPayBehaviour, ZaloPayUser } from './options.js'
import { nameUser } from './sdk.js'
import { findOwner, type ZaloPayLedger } from './token.js'

type Choices = Record<string, { text: string; set: Partial<ZaloPayBehaviour> }>

/** What the SDK's `generateCodeChallenge` can do: the choices on the screen. */
const SDK_KINDS: Choices = {
  hex: { text: 'Hex, as published', set: { challenge: 'hex', generateCodeChallenge: 'works' } },
  raw: { text: 'Raw, as in RFC 7636', set: { challenge: 'raw', generateCodeChallenge: 'works' } },
  missing: { text: 'Missing', set: { challenge: 'hex', generateCodeChallenge: 'missing' } },
  throws: { text: 'Throws', set: { challenge: 'hex', generateCodeChallenge: 'throws' } },
  silent: { text: 'Never answers', set: { challenge: 'hex', generateCodeChallenge: 'silent' } },
}

const WAYS_TO_SHOW: Choices = {
  document: { text: 'As a page', set: { show: 'document' } },
  frame: { text: 'In a frame', set: { show: 'frame' } },
}

function nameSdkKind({ challenge, generateCodeChallenge }: ZaloPayBehaviour): string {
  if (generateCodeChallenge !== 'works') return generateCodeChallenge
  return challenge === 'raw' ? 'raw' : 'hex'
}

/** A list of links, one for each choice; the current one is marked. */
function listChoices(parameter: string, choices: Choices, current: string): Markup {
  return html`<ul class="choices">${Object.entries(choices).map(
    ([name, { text }]) => html`
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
function addressOfFrame({ app, port }: ZaloPayLedger): string {
  const host = new URL(app.homeURL ?? 'http://localhost').hostname
  return `http://${host === '127.0.0.1' ? 'localhost' : '127.0.0.1'}:${port}/frame`
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

function showScreen(ledger: ZaloPayLedger): Answer {
  const { app, behaviour, url, users } = ledger
  const { homeURL, name } = app
  const owner = findOwner(ledger)
  const address = behaviour.show === 'frame' ? addressOfFrame(ledger) : homeURL
  const miniApp =
    homeURL === undefined
      ? html`<p>There is no mini app yet. Start the simulator with a <code>homeURL</code>, or open the login page of your application yourself. That page must load the script below.</p>`
      : html`<ul class="apps one"><li><a class="app main" href="${address}" data-testid="mini-app">${drawIcon('shop')}<span>${name}</span></a></li></ul>`
  const body = html`<main class="stage">
<section class="card phone" aria-label="Phone">
<header><h1>ZaloPay</h1><p>Logged in as ${owner ? nameUser(owner) : 'nobody'}</p></header>
<div>
<h2>Mini apps</h2>
${miniApp}
${homeURL !== undefined && html`<p>Tap the icon. It opens the mini app.</p>`}
<p class="soft">A mini app gets <code>window.zlpSdk</code> from this script:<br><code>${url}/sdk.js</code></p>
</div>
</section>
<section class="card">
<h2>Who is logged in?</h2>
${listPeople(users.map(describe), owner?.muid, ({ key }) => `/?user=${encodeURIComponent(key)}`)}
<h2>How is the mini app shown?</h2>
${listChoices('show', WAYS_TO_SHOW, behaviour.show)}
<h2>The SDK’s <code>generateCodeChallenge</code></h2>
${listChoices('sdk', SDK_KINDS, nameSdkKind(behaviour))}
</section>
</main>`
  return answerPage({ title: 'ZaloPay simulator', look: 'zalopay', body, homeURL })
}

/** The mini app in a frame, as a web page of the app may show it. */
function showFrame(ledger: ZaloPayLedger): Answer | undefined {
  const { homeURL, name } = ledger.app
  if (homeURL === undefined) return undefined
  const { origin } = new URL(addressOfFrame(ledger))
  const body = html`<main class="frame"><h1>ZaloPay</h1>
<iframe src="${homeURL}" title="${name}" data-testid="mini-app-frame"></iframe>
<p class="soft">Is the frame empty? Then the mini app forbids it. Its pages must name <code>${origin}</code> in <code>frame-ancestors</code>, and must not send <code>X-Frame-Options</code>. Its session cookie needs https, <code>SameSite=None</code> and <code>Partitioned</code>.</p></main>`
  const title = `${name} in ZaloPay`
  return answerPage({ title, look: 'zalopay', body, homeURL, hasFrames: true })
}

/** Changes the behaviour to what a link on the screen has chosen. */
function choose(behaviour: ZaloPayBehaviour, choices: Choices, name = ''): void {
  if (Object.hasOwn(choices, name)) Object.assign(behaviour, choices[name]?.set)
}

/** Answers the app's screen and its assets; undefined for other paths. */
export function answerScreen(visit: Visit, ledger: ZaloPayLedger): Answer | undefined {
  const { headers, path, query } = visit
  if (path === '/frame') return showFrame(ledger)
  if (path !== '/') return answerAsset(path)
  // an image in a page of another site must not change how the next login ends
  if (headers['sec-fetch-site'] === 'cross-site') return showScreen(ledger)
  const chosen = ledger.users.find(({ muid }) => muid === single(query, 'user'))
  if (chosen) ledger.chosen = chosen
  choose(ledger.behaviour, SDK_KINDS, single(query, 'sdk'))
  choose(ledger.behaviour, WAYS_TO_SHOW, single(query, 'show'))
  return showScreen(ledger)
}

import { html, type Markup } from '../pages/html.js'
import { describePerson, groupPeople, isUnusualName } from '../pages/people.js'
import type { SngineUser } from './options.js'
import { DEFAULT_AVATAR } from './user-info.js'

/** What every page of the site shows. */
export interface Frame {
  basePath: string
  viewer: SngineUser | undefined
}

/** A user's name as the site shows it. */
function nameUser({ user_firstname, user_lastname }: SngineUser): string {
  return [user_firstname, user_lastname].filter(Boolean).join(' ')
}

function noteUser(user: SngineUser): string {
  return describePerson([
    `@${user.user_name}`,
    user.user_email === '' && 'no email',
    !user.user_picture && 'no picture',
    user.deleted && 'account deleted: the API answers []',
  ])
}

function avatar({ user_picture }: SngineUser, { basePath }: Frame): Markup {
  const path = user_picture ? `/content/uploads/${user_picture}` : DEFAULT_AVATAR
  return html`<img src="${basePath}${path}" alt="" width="40" height="40">`
}

/** A page below a header with the site's name and the user who is logged in. */
export function frame({ basePath, viewer }: Frame, inner: Markup): Markup {
  return html`<header class="top"><div>
<a class="brand" href="${basePath}/" data-testid="network-home">Cash Social Network</a>
<nav aria-label="Account">${
    viewer &&
    html`<a href="${basePath}/settings/apps" data-testid="apps">Apps</a><span class="self">${nameUser(viewer)}</span>`
  }</nav>
</div></header>
<main class="narrow">${inner}</main>`
}

const ALERT = html`<p role="alert"></p>`

/** The login form: a list of users in place of email and password. */
export function loginForm(view: Frame, users: SngineUser[]): Markup {
  const people = users.map((user) => ({
    user,
    isForTests: isUnusualName(nameUser(user)) || user.deleted === true,
  }))
  const first = people.find(({ isForTests }) => !isForTests) ?? people[0]
  return html`<section class="card"><h1>Log in</h1>
<form class="stack" action="${view.basePath}/includes/ajax/core/signin" method="post">
<fieldset><legend class="soft">This simulator asks for no password. Who are you?</legend>
${groupPeople(
  people,
  (group) => html`<div class="people">${group.map(
    ({ user }) => html`
<label class="person"><input type="radio" name="user_id" value="${user.user_id}" ${
      user === first?.user && html`checked`
    }>${avatar(user, view)}<span><b>${nameUser(user)}</b><small>${noteUser(user)}</small></span></label>`,
  )}
</div>`,
)}</fieldset>
<button class="primary" data-testid="log-in">Log in</button>
${ALERT}</form></section>`
}

/** Asks for the viewer's consent. Cancel opens the network's home page, not the app. */
export function consentForm(
  view: Frame,
  viewer: SngineUser,
  appID: string,
  appName: string,
): Markup {
  return html`<section class="card"><h1>Log in to ${appName}</h1>
<p class="self">${avatar(viewer, view)}<span>${nameUser(viewer)}</span></p>
<p><b>${appName}</b> will receive your name, email address and profile picture.</p>
<form class="actions" action="${view.basePath}/includes/ajax/developers/oauth" method="post">
<input type="hidden" name="app_id" value="${appID}">
<button class="primary" data-testid="continue">Continue as ${viewer.user_firstname}</button>
<a class="button" href="${view.basePath}/" data-testid="cancel">Cancel</a>
${ALERT}</form></section>`
}

/** The network's home page. */
export function homePage(view: Frame, users: SngineUser[]): Markup {
  const { basePath, viewer } = view
  if (!viewer) return frame(view, loginForm(view, users))
  return frame(
    view,
    html`<section class="card"><h1>Home</h1>
<p class="self">${avatar(viewer, view)}<span>Logged in as <b>${nameUser(viewer)}</b></span></p>
<p class="soft">Apps that you log in to with this account are listed under <a href="${basePath}/settings/apps">Apps</a>.</p>
<form action="${basePath}/signout" method="post"><button data-testid="log-out">Log out</button></form>
</section>`,
  )
}

/** The apps that the viewer allowed, each with a button that removes the permission. */
export function appsPage(view: Frame, allowed: { appID: string; appName: string }[]): Markup {
  const { basePath } = view
  const list = html`<ul>${allowed.map(
    ({ appID, appName }) => html`
<li class="row"><b>${appName}</b><form action="${basePath}/includes/ajax/developers/remove" method="post">
<input type="hidden" name="app_id" value="${appID}">
<button data-testid="remove-app">Remove</button></form></li>`,
  )}</ul>`
  return frame(
    view,
    html`<section class="card"><h1>Apps</h1>
<p class="soft">These apps may log you in without asking again.</p>
${allowed.length > 0 ? list : html`<p data-testid="no-apps">You have not allowed any app.</p>`}</section>`,
  )
}

/** A page with one message. */
export function noticePage(view: Frame, title: string, text: string): Markup {
  return frame(
    view,
    html`<section class="card"><h1>${title}</h1><p>${text}</p>
<p><a class="button" href="${view.basePath}/">Home</a></p></section>`,
  )
}

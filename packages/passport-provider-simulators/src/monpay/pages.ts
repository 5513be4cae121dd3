import { type Answer, answerRedirect, single, type Visit } from '../http.js'
import { html } from '../pages/html.js'
import { drawIcon } from '../pages/icons.js'
import { describePerson, isUnusualName, listPeople, type Person } from '../pages/people.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import type { Registration } from '../simulator.js'
import type { MonPayUser } from './options.js'

/** What the phone's screen needs from the server. */
export interface MonPayPhone {
  users: MonPayUser[]
  app: Registration
  /** The registered URL with a code, as the wallet opens it. */
  addCode: (code: string) => string
  issueCode: (user: MonPayUser | undefined) => string
  /** The last code that was opened from this phone. */
  lastCode: () => string | undefined
}

function describe(user: MonPayUser): Person {
  // the patronymic comes before the name
  const name = [user.userLastname, user.userFirstname].filter(Boolean).join(' ')
  return {
    key: String(user.userId),
    picture: `/pictures/${user.userId}.svg`,
    name: name || `User ${user.userId}`,
    note: describePerson([
      !name && 'no name',
      !user.userPhone && 'no phone number',
      !user.userEmail && 'no email',
      user.insufficientAccess && 'user info refused',
    ]),
    isForTests: isUnusualName(name) || user.insufficientAccess === true,
  }
}

function showPhone({ users, app }: MonPayPhone, asked?: string): Answer {
  const people = users.map(describe)
  const owner = people.find(({ key }) => key === asked) ?? people[0]
  const open = (what: string) =>
    `/open?${new URLSearchParams({ user: owner?.key ?? '', what }).toString()}`
  const body = html`<main class="stage">
<section class="card phone" aria-label="Phone">
<header><h1>MonPay</h1><p>${owner?.name ?? 'Nobody'}’s phone</p></header>
<div>
<h2>Online services</h2>
<ul class="apps one">
<li><a class="app main" href="${open('fresh')}" data-testid="mini-app">${drawIcon('shop')}<span>${app.name}</span></a></li>
</ul>
<p class="soft">Tap the icon. It opens the registered address with a fresh code:<br><code>${app.callbackURL}</code></p>
<h2>What can go wrong</h2>
<ul class="apps">
<li><a class="app" href="${open('last')}" data-testid="last-code">${drawIcon('again')}<span>The last code again</span></a></li>
<li><a class="app" href="${open('unknown')}" data-testid="unknown-code">${drawIcon('question')}<span>An unknown code</span></a></li>
<li><a class="app" href="${open('none')}" data-testid="no-code">${drawIcon('empty')}<span>Without a code</span></a></li>
</ul>
</div>
</section>
<section class="card">
<h2>Whose phone is this?</h2>
${listPeople(people, owner?.key, ({ key }) => `/?user=${encodeURIComponent(key)}`)}
</section>
</main>`
  return answerPage({ title: 'MonPay simulator', look: 'monpay', body, homeURL: app.homeURL })
}

function openMiniApp(phone: MonPayPhone, visit: Visit): Answer {
  const user = phone.users.find(({ userId }) => String(userId) === single(visit.query, 'user'))
  const headers = { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }
  const address = () => {
    switch (single(visit.query, 'what')) {
      case 'last':
        return phone.addCode(phone.lastCode() ?? phone.issueCode(user))
      case 'unknown':
        return phone.addCode('unknown')
      case 'none':
        return phone.app.callbackURL
      default:
        return phone.addCode(phone.issueCode(user))
    }
  }
  return answerRedirect(address(), 302, headers)
}

/** Answers the phone's screen, its icons and what they need; undefined for other paths. */
export function answerPhone(visit: Visit, phone: MonPayPhone): Answer | undefined {
  if (visit.path === '/') return showPhone(phone, single(visit.query, 'user'))
  if (visit.path === '/open' && visit.method === 'GET') return openMiniApp(phone, visit)
  return answerAsset(visit.path)
}

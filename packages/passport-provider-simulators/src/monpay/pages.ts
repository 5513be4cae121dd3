import { type Answer, answerRedirect, single, type Visit } from '../http.js'
import { html } from '../pages/html.js'
import { drawIcon } from '../pages/icons.js'
import { describePerson, isUnusualName, listPeople, type Person } from '../pages/people.js'
import { answerAsset, answerPage } from '../pages/shell.js'
import type { MonPayUser } from './options.js'
import { issueCode, type MonPayLedger, openingURL } from './token.js'

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

function showPhone({ users, app }: MonPayLedger, asked?: string): Answer {
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

function openMiniApp({ query }: Visit, ledger: MonPayLedger): Answer {
  const user = ledger.users.find(({ userId }) => String(userId) === single(query, 'user'))
  const address = () => {
    switch (single(query, 'what')) {
      case 'last':
        return openingURL(ledger, [...ledger.codes.keys()].at(-1) ?? issueCode(ledger, user))
      case 'unknown':
        return openingURL(ledger, 'unknown')
      case 'none':
        return ledger.app.callbackURL
      default:
        return openingURL(ledger, issueCode(ledger, user))
    }
  }
  const headers = { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }
  return answerRedirect(address(), headers)
}

/** Answers the phone's screen, its icons and what they need; undefined for other paths. */
export function answerPhone(visit: Visit, ledger: MonPayLedger): Answer | undefined {
  if (visit.path === '/') return showPhone(ledger, single(visit.query, 'user'))
  if (visit.path === '/open' && visit.method === 'GET') return openMiniApp(visit, ledger)
  return answerAsset(visit.path)
}

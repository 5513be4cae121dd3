import type { FailureInfo, LoginInfo } from 'passport-monpay'

declare global {
  namespace Express {
    interface User {
      provider: string
      id: string
      name: string
    }
  }
}

/** The members of a profile that this site uses. */
export type Profile = { provider: string; id: string; displayName?: string }

/** What a strategy says about a login that has ended. */
export function endOf(info: object = {}) {
  return { code: 'user_rejected', ...(info as Partial<FailureInfo & LoginInfo>) } as const
}

/** Escapes a text for HTML. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

/** A page; `content` is HTML. */
function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1>
${content}</html>`
}

/** The page with the login buttons, or with the name of the user who is logged in. */
export function homePage(user: Express.User | undefined, returnTo: string): string {
  if (user) {
    const who = `${escape(user.name)} (${escape(user.provider)} ${escape(user.id)})`
    return page(
      'Welcome',
      `<p>${who}</p><form method="post"><button formaction="/logout">Log out</button></form>`,
    )
  }
  return page(
    'Log in',
    `<p>MonPay: open this site from the MonPay app.</p>
<form method="post"><input type="hidden" name="returnTo" value="${escape(returnTo)}">
<button formaction="/auth/zalopay">Log in with ZaloPay</button>
<button formaction="/auth/moneypools">Log in with MoneyPools</button></form>`,
  )
}

/** A page with one sentence and a link to the home page. */
export function messagePage(title: string, text: string): string {
  return page(title, `<p>${escape(text)}</p><p><a href="/">Home page</a></p>`)
}

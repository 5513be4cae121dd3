const escape = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

/** How each page begins. */
const begin = (title: string) => `<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1>`

/** The page with the login buttons; `returnTo` is the page to open after the login. */
export const loginPage = (returnTo: string): string => `${begin('Log in')}
<p>MonPay: open this site from the MonPay app.</p>
<form method="post"><input type="hidden" name="returnTo" value="${escape(returnTo)}">
<button formaction="/auth/zalopay">Log in with ZaloPay</button>
<button formaction="/auth/moneypools">Log in with MoneyPools</button></form>`

/** The page of a user who is logged in. */
export const userPage = ({ id, name }: Express.User): string => `${begin('Welcome')}
<p>${escape(`${name} (${id})`)}</p>
<form method="post"><button formaction="/logout">Log out</button></form>`

/** The page of a login that has failed. */
export const failurePage = (text: string): string => `${begin('Login failed')}
<p>${escape(text)}</p><p><a href="/">Home page</a></p>`

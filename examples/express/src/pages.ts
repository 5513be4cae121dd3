const escape = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

const page = (title: string, content: string) => `<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1>
${content}</html>`

/** The page with the login buttons, or with the name of the user who is logged in. */
export function homePage(user: Express.User | undefined, returnTo: string): string {
  return user
    ? page(
        'Welcome',
        `<p>${escape(`${user.name} (${user.id})`)}</p>
<form method="post"><button formaction="/logout">Log out</button></form>`,
      )
    : page(
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

// A classic script: the block keeps its names out of the merchant's page.
/* oxlint-disable unicorn/consistent-function-scoping */
{
  const settings = '{{settings}}'
  const site = new URL(document.currentScript.src).origin

  const STYLE = `
    :host { all: initial; color-scheme: light dark; }
    dialog { --paper: #fff; --ink: #17202b; --soft: #566374; --line: #d3dae3; --accent: #0b57d0;
      --on-accent: #fff; --wash: #e5eefd; font: 16px/1.5 system-ui, -apple-system, "Segoe UI",
      Roboto, "Noto Sans", sans-serif; background: var(--paper); color: var(--ink); border: 1px solid transparent;
      border-radius: 1.25rem 1.25rem 0 0; width: min(100%, 28rem); max-width: none;
      margin: auto auto 0; padding: min(1.25rem, 5vw); max-height: 92vh; overflow: auto;
      box-sizing: border-box; }
    dialog::backdrop { background: rgb(0 0 0 / 55%); }
    * { box-sizing: border-box; }
    h2, p, ul, fieldset { margin: 0; padding: 0; border: 0; }
    h2 { font-size: 1.25rem; line-height: 1.3; }
    form { display: grid; gap: 1rem; }
    fieldset { display: grid; gap: 0.25rem; }
    legend, label.field { padding: 0; font-weight: 600; display: grid; gap: 0.25rem; }
    label.scope { display: flex; gap: 0.75rem; align-items: center; min-height: 2.75rem;
      font-weight: 400; }
    input { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }
    select, button { font: inherit; color: inherit; min-height: 2.75rem; border-radius: 0.75rem;
      border: 1px solid var(--line); padding: 0.5rem 0.75rem; background: var(--paper);
      width: 100%; font-weight: 400; }
    button { font-weight: 600; color: var(--accent); border-color: var(--accent); cursor: pointer; }
    button.primary { background: var(--accent); color: var(--on-accent); }
    .actions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(7rem, 100%), 1fr));
      gap: 0.75rem; }
    .soft { color: var(--soft); font-size: 0.875rem; }
    summary { min-height: 2.75rem; padding: 0.5rem 0; color: var(--soft); cursor: pointer; }
    details[open] > div { display: grid; gap: 0.5rem; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.5rem; }
    @media (min-width: 30rem) { dialog { margin: auto; border-radius: 1.25rem; } }
    @media (prefers-color-scheme: dark) {
      dialog { --paper: #181f27; --ink: #e9eef4; --soft: #a5b2c1; --line: #3c4856;
        --accent: #8ab8ff; --on-accent: #10151b; --wash: #17294a; }
    }`

  const SCOPES = {
    'user.phone': 'Phone number',
    'user.name': 'Name',
    'user.avatar': 'Picture',
    'user.identity.info': 'Birthday, gender and address',
    'user.identity.image': 'Identity card and its pictures',
  }

  const FAILURES = [
    ['030502', 'Invalid argument'],
    ['030503', 'System error'],
    ['030504', 'Unauthenticated'],
    ['030505', 'Permissions not fetched'],
    ['never', 'Never answer'],
  ]

  const make = (name, properties = {}, ...children) => {
    const { data, ...rest } = properties
    const element = Object.assign(document.createElement(name), rest)
    if (data) element.dataset.testid = data
    element.append(...children)
    return element
  }

  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '')

  const ask = async (path, question) => {
    const refusal = { errorCode: path === '/sdk/profile' ? '030703' : '030503' }
    const response = await fetch(site + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    }).catch(() => Promise.reject(refusal))
    const answer = await response.json().catch(() => refusal)
    if (answer.errorCode) throw answer
    return answer
  }

  const drawScope = (scope) =>
    make(
      'label',
      { className: 'scope' },
      make('input', { type: 'checkbox', name: 'scope', value: scope, checked: true }),
      SCOPES[scope] ?? scope,
    )

  const drawUsers = ({ users, user }) => {
    const select = make('select', { name: 'user', data: 'zalopay-user' })
    for (const { muid, name } of users) select.append(make('option', { value: muid }, name))
    select.value = user
    return make('label', { className: 'field' }, 'Logged in as', select)
  }

  const drawFailures = (fail) =>
    make(
      'details',
      {},
      make('summary', { data: 'zalopay-failures' }, 'Make the login fail'),
      make(
        'div',
        {},
        ...FAILURES.map(([code, text]) =>
          make(
            'button',
            { type: 'button', data: `zalopay-fail-${code}`, onclick: () => fail(code) },
            code === 'never' ? text : `${code} ${text}`,
          ),
        ),
      ),
    )

  /** Draws the consent sheet; resolves with the user and the scopes, rejects with a code. */
  const consent = (session) =>
    new Promise((resolve, reject) => {
      const host = make('zalopay-consent')
      const shadow = host.attachShadow({ mode: 'open' })
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(STYLE)
      shadow.adoptedStyleSheets = [sheet]
      const end = (settle, value) => {
        host.remove()
        settle(value)
      }
      const cancel = () => end(reject, { errorCode: '030501' })
      const fail = (code) => (code === 'never' ? host.remove() : end(reject, { errorCode: code }))
      const title = make('h2', { id: 'title' }, 'Share your details?')
      const form = make(
        'form',
        {},
        title,
        make('p', {}, `${session.appName} asks ZaloPay for:`),
        make('fieldset', { ariaLabel: 'Details to share' }, ...session.scope.map(drawScope)),
        drawUsers(session),
        make(
          'div',
          { className: 'actions' },
          make('button', { type: 'button', data: 'zalopay-cancel', onclick: cancel }, 'Cancel'),
          make('button', { type: 'submit', className: 'primary', data: 'zalopay-allow' }, 'Allow'),
        ),
        drawFailures(fail),
        make('p', { className: 'soft' }, 'This is a simulator on this computer, not ZaloPay.'),
      )
      form.addEventListener('submit', (event) => {
        event.preventDefault()
        const chosen = new FormData(form)
        end(resolve, { user: chosen.get('user'), scope: chosen.getAll('scope') })
      })
      const dialog = make('dialog', { data: 'zalopay-consent' }, form)
      dialog.setAttribute('aria-labelledby', 'title')
      dialog.addEventListener('cancel', (event) => {
        event.preventDefault()
        cancel()
      })
      shadow.append(dialog)
      document.body.append(host)
      dialog.showModal()
    })

  const requestCode = async ({ appId, codeChallenge } = {}) => {
    const session = await ask('/sdk/session', { appId, codeChallenge })
    const answer =
      session.scope.length === 0 ? { user: session.user, scope: [] } : await consent(session)
    return ask('/sdk/code', { appId, codeChallenge, ...answer })
  }

  const refuse = ({ errorCode }) => {
    throw { errorCode: settings.errorCodes === 'number' ? Number(errorCode) : errorCode }
  }

  const User = {
    /** 43 letters out of 32 random bytes. */
    generateCodeVerifier: () => base64url(crypto.getRandomValues(new Uint8Array(32))),

    async generateCodeChallenge(codeVerifier) {
      const text = new TextEncoder()
      const digest = new Uint8Array(
        await crypto.subtle.digest('SHA-256', text.encode(String(codeVerifier))),
      )
      if (settings.challenge === 'raw') return base64url(digest)
      const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
      return base64url(text.encode(hex))
    },

    getOauthV1Code: (request) => requestCode(request).catch(refuse),

    getPublicProfile: ({ appId } = {}) => ask('/sdk/profile', { appId }).catch(refuse),
  }

  const BROKEN = {
    missing: undefined,
    throws: () => {
      throw { errorCode: '030503' }
    },
    silent: () => new Promise(() => {}),
  }
  if (settings.generateCodeChallenge in BROKEN) {
    User.generateCodeChallenge = BROKEN[settings.generateCodeChallenge]
  }

  window.zlpSdk = { User }
}

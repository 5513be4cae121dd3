import { startChild } from '../harness/child.mjs'
import { createVisitor } from './browser.mjs'
import { SECRET, startServer, TOKEN } from './server.mjs'

const WORDS = {
  success: 'logs in',
  hang: 'hangs',
  crash: 'crashes',
  redirect: 'starts another login',
  other: 'gives no outcome',
  fail: 'refuses',
  error: 'gives an error',
}

/** What an attack has to work with; `settings` go to the application. */
export async function openScene(contender, settings = {}) {
  const server = await startServer(settings.tls)
  const other = settings.twoProviders ? await startServer() : undefined
  const url = settings.url ?? server.url
  const given = JSON.stringify({ ...settings, tls: undefined, url, other: other?.url })
  let app
  try {
    app = await startChild('attacks/app.mjs', [contender, given], { quiet: true, timeout: 5000 })
  } catch (failure) {
    await server.close()
    await other?.close()
    throw failure
  }
  const port = await app.ask('port')
  const visitor = () => createVisitor(port)

  /** Starts a login and consents; `finish` is the genuine callback. */
  async function begin(browser = visitor(), { user, prefix = '', at = server } = {}) {
    const { location } = await browser.visit(`${prefix}/start`)
    const code = at.issue(location, user)
    const state = new URL(location).searchParams.get('state') ?? ''
    const path = (more = {}) =>
      `${prefix}/callback?${new URLSearchParams({ code, state, ...more })}`
    return { browser, location, code, state, path, finish: () => browser.visit(path()) }
  }

  async function close() {
    await app.stop()
    await server.close()
    await other?.close()
  }
  return { server, other, app, visitor, begin, close }
}

/** Undefined when the answer is one of these actions, else what was done instead. */
export function unless(answer, ...actions) {
  return actions.includes(answer.action) ? undefined : WORDS[answer.action]
}

/** Undefined when the login was refused in either way. */
export function unlessRefused(answer) {
  return unless(answer, 'fail', 'error')
}

/** Undefined when the login was refused before the provider was asked for anything. */
export function unlessRefusedUnasked(answer, server) {
  if (server.calls.length > 0) return `${WORDS[answer.action]}, after asking the provider`
  return unlessRefused(answer)
}

/** Undefined when none of these texts holds a planted secret. */
export function unlessLeaks(...texts) {
  const found = [SECRET, TOKEN].find((secret) => texts.some((text) => text?.includes(secret)))
  return found && `prints the ${found.replace('planted-', '').replaceAll('-', ' ')}`
}

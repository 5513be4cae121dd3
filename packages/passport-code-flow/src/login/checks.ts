import { LoginStopped, refuse } from '../errors.js'
import type { Provider } from '../provider.js'
import type { SentRequest } from './request.js'

// Step 1: checks the method, the purpose and the origin of a request.

/** The headers in which browsers say what a request is for. */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']

/** Refuses a start that no person has opened, or that another site made the browser send. */
export function checkStart(sent: SentRequest, allowCrossSiteStart: boolean): void {
  checkMethod(sent)
  checkPurpose(sent)
  if (allowCrossSiteStart) return
  // CVE-2015-9284
  const site = sent.header('sec-fetch-site')
  if (site === 'cross-site') refuse('cross_site_start', 'Sec-Fetch-Site is cross-site')
  const origin = sent.header('origin')
  if (!site && sent.method === 'POST' && origin && origin !== sent.siteOrigin)
    refuse('cross_site_start', 'Origin is not that of callbackURL')
}

/** Refuses a callback that is neither an opened page nor a fetch by this site (Fetch Metadata). */
export function checkCallback(
  sent: SentRequest,
  { initiatedBy, callback: { fetchMetadata: mode } }: Provider,
): void {
  if (mode === 'off') return
  checkPurpose(sent)
  const site = sent.header('sec-fetch-site')
  const destination = sent.header('sec-fetch-dest')
  const isSame = site === 'same-origin'
  if (destination === 'empty') {
    // a front end on a sibling subdomain may send a wallet's code with a fetch
    const isSibling = site === 'same-site' && initiatedBy === 'provider' && mode !== 'strict'
    if (!isSame && !isSibling && !isPassedOn(sent, initiatedBy)) {
      if (site === 'cross-site' || site === 'same-site')
        refuse('cross_site_callback', `Sec-Fetch-Site of a fetch is ${site}`)
      refuse('prefetch', 'Sec-Fetch-Dest is empty and Sec-Fetch-Site does not name this site')
    }
  } else if (destination === 'iframe' || destination === 'frame') {
    // a callback in a frame must come from a page of this site, for a login that the site started
    if (!isSame || initiatedBy !== 'site')
      refuse('prefetch', `Sec-Fetch-Dest is ${destination}: a frame that another page has made`)
  } else if (destination && destination !== 'document') {
    refuse('prefetch', 'Sec-Fetch-Dest is not document')
  }
  if (mode === 'strict' && site === 'cross-site')
    refuse('cross_site_callback', 'Sec-Fetch-Site is cross-site and fetchMetadata is strict')
}

/**
 * True for a page load that a service worker has passed on, which makes its destination empty. No
 * page can fetch in the mode `navigate`, but a frame of another site looks the same. Such a frame
 * gets no session with a pending login. If the provider starts logins, no pending login is needed.
 * Then a page load counts only if no other page has caused it (`none`).
 */
function isPassedOn(sent: SentRequest, initiatedBy: Provider['initiatedBy']): boolean {
  const isPage = initiatedBy === 'site' || sent.header('sec-fetch-site') === 'none'
  return isPage && sent.header('sec-fetch-mode') === 'navigate'
}

/** Throws `config` when this site's own page has posted a body that no parser has read. */
export function checkBodyParsed(sent: SentRequest): void {
  // of any type: fetch sends a FormData as multipart/form-data, and text as text/plain
  const isPosted =
    sent.method === 'POST' && sent.header('content-type') && sent.header('content-length') !== '0'
  if (isPosted && !sent.hasParsedBody && sent.isProvenOwn)
    throw new LoginStopped(
      'config',
      'no body parser has read the posted callback: post a form or JSON, and put express.urlencoded() or express.json() before passport.authenticate()',
    )
}

/** Refuses what is neither GET nor POST: a HEAD or a preview must not use up a code. */
export function checkMethod({ method }: SentRequest): void {
  if (method !== 'GET' && method !== 'POST')
    refuse('method_not_allowed', 'The method is neither GET nor POST')
}

/** Refuses prefetches and previews: no person has opened the page yet. */
function checkPurpose(sent: SentRequest): void {
  for (const name of PURPOSES)
    if (/prefetch|prerender|preview/i.test(sent.header(name)))
      refuse('prefetch', `The header ${name} says that nobody has opened this page yet`)
}

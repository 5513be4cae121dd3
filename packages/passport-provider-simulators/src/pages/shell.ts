import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, answerText } from '../http.js'
import { html, type Markup } from './html.js'
import { answerPicture } from './picture.js'

/** One page of a simulator. */
export interface Page {
  title: string
  /** The class of the body, which chooses the provider's colours. */
  look: 'monpay' | 'zalopay' | 'sngine'
  body: Markup
  /** The folder of the site: the paths of its assets begin with it. */
  basePath?: string
  /** Name of a script among the assets. It runs before the browser shows the page. */
  script?: string
  /** The address of the link back to the app. */
  homeURL?: string | undefined
  status?: number
  /** Whether the page shows other sites in frames; default no. */
  hasFrames?: boolean
}

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const ASSETS: Record<string, string> = {
  '/assets/style.css': 'text/css',
  '/assets/sngine.js': 'text/javascript',
}

/** The text of a file in the package's assets folder. */
export function readAsset(name: string): string {
  return readFileSync(join(__dirname, '..', '..', 'assets', name), 'utf8')
}

/** Answers for style sheets, scripts and pictures; undefined for other paths. */
export function answerAsset(path: string): Answer | undefined {
  const type = ASSETS[path]
  if (type !== undefined) return answerText(200, type, readAsset(path.replace('/assets/', '')))
  const picture = /^\/pictures\/([\w.-]+)\.svg$/.exec(path)?.[1]
  return picture === undefined ? undefined : answerPicture(picture)
}

/** Answers with a whole page under a strict content security policy. */
export function answerPage(page: Page, headers: Record<string, string> = {}): Answer {
  const { basePath = '', hasFrames = false, homeURL, look, script } = page
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="${basePath}/pictures/${look}.svg">
<link rel="stylesheet" href="${basePath}/assets/style.css">
${script !== undefined && html`<script src="${basePath}/assets/${script}"></script>`}
</head>
<body class="${look}">
${page.body}
<footer class="foot">
<p>This is a simulator on this computer. It has no money and no real accounts.</p>
${homeURL !== undefined && html`<p><a href="${homeURL}" data-testid="home">Back to the app</a></p>`}
</footer>
</body>
</html>
`
  return answerText(page.status ?? 200, 'text/html', document.text, {
    'cache-control': 'no-store',
    'content-security-policy': hasFrames ? `${POLICY}; frame-src http: https:` : POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
}

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = resolve(__dirname, '../../../..')

/** What the build makes of src/browser.ts for browsers; throws when src/browser-text.ts is old. */
export function buildBrowser(): Record<'module' | 'commonJS' | 'script', string> {
  const dist = mkdtempSync(join(tmpdir(), 'passport-zalopay-pkce-'))
  try {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-browser.mjs')], {
      env: { ...process.env, BROWSER_DIST: `${pathToFileURL(dist).href}/` },
    })
    const read = (name: string) => readFileSync(join(dist, name), 'utf8')
    return {
      module: read('browser.mjs'),
      commonJS: read('browser.js'),
      script: read('browser.global.js'),
    }
  } finally {
    rmSync(dist, { recursive: true })
  }
}

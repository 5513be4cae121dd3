// Makes what browsers load of passport-zalopay-pkce, from src/browser.ts: two modules and a script
// in dist, and the launch page's script as text in src/browser-text.ts. That text is committed, so
// that no bundler of an application can change it. `--write` writes it. Without `--write`, an old
// text is an error.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = new URL('../packages/passport-zalopay-pkce/', import.meta.url)
const TEXT = new URL('src/browser-text.ts', root)

async function bundle(entry, options) {
  const { outputFiles } = await build({
    // the text must not depend on the folder that this runs in
    absWorkingDir: fileURLToPath(root),
    entryPoints: [`src/${entry}`],
    bundle: true,
    write: false,
    // web views of old phones
    target: 'es2018',
    charset: 'utf8',
    legalComments: 'none',
    ...options,
  })
  // the comments of esbuild name source files
  return outputFiles[0].text.replace(/^ *\/\/ .*\n/gm, '')
}

const script = await bundle('launch-script.ts', { format: 'iife' })
if (/<\/?script|<!--/i.test(script)) throw new Error('the text would end its script element')
const text = `// Made of launch-script.ts and browser.ts by scripts/build-browser.mjs --write: do not edit.
/** The script of the launch page. */
export const BROWSER_TEXT = ${JSON.stringify(script)}
`
if (process.argv.includes('--write')) writeFileSync(TEXT, text)
else if (!existsSync(TEXT) || readFileSync(TEXT, 'utf8') !== text) {
  console.error('src/browser-text.ts is old: run `node scripts/build-browser.mjs --write`')
  process.exitCode = 1
}

const dist = process.env.BROWSER_DIST ? new URL(process.env.BROWSER_DIST) : new URL('dist/', root)
mkdirSync(dist, { recursive: true })
const global = await bundle('browser.ts', { format: 'iife', globalName: 'zalopayLogin' })
writeFileSync(new URL('browser.mjs', dist), await bundle('browser.ts', { format: 'esm' }))
// the compiler has written this one for Node
writeFileSync(new URL('browser.js', dist), await bundle('browser.ts', { format: 'cjs' }))
writeFileSync(new URL('browser.global.js', dist), global)
const types = new URL('dist/browser.d.ts', root)
if (existsSync(types)) copyFileSync(types, new URL('browser.d.mts', dist))

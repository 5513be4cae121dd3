// What a browser loads of passport-zalopay-pkce: one function, as an ES module and as a script.
import { copyFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const dist = new URL('../packages/passport-zalopay-pkce/dist/', import.meta.url)
const { requestLogin } = createRequire(import.meta.url)(new URL('browser.js', dist).pathname)
const script = `globalThis.zalopayLogin = { requestLogin: ${requestLogin} }\n`

writeFileSync(new URL('browser.mjs', dist), `export ${requestLogin}\n`)
writeFileSync(new URL('browser.global.js', dist), script)
copyFileSync(new URL('browser.d.ts', dist), new URL('browser.d.mts', dist))

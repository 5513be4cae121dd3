import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(__dirname, '../../../..')

/** What the build makes of src/browser.ts for browsers, built anew beside the workspace. */
export function buildBrowser(): { module: string; script: string } {
  const root = mkdtempSync(join(tmpdir(), 'passport-zalopay-pkce-'))
  const dist = join(root, 'packages/passport-zalopay-pkce/dist')
  const source = join(ROOT, 'packages/passport-zalopay-pkce')
  try {
    mkdirSync(dist, { recursive: true })
    mkdirSync(join(root, 'scripts'))
    const config = {
      extends: join(source, 'tsconfig.json'),
      compilerOptions: { rootDir: join(source, 'src'), outDir: dist, composite: false, types: [] },
      include: [],
      files: [join(source, 'src/browser.ts')],
    }
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(config))
    copyFileSync(join(ROOT, 'scripts/build-browser.mjs'), join(root, 'scripts/build-browser.mjs'))
    run(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', root)
    run(join(root, 'scripts/build-browser.mjs'))
    const read = (name: string) => readFileSync(join(dist, name), 'utf8')
    return { module: read('browser.mjs'), script: read('browser.global.js') }
  } finally {
    rmSync(root, { recursive: true })
  }
}

function run(...command: string[]): void {
  execFileSync(process.execPath, command)
}

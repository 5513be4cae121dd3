// Installs the packed packages in an empty folder, as a user does, and uses them in every way.
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeFolder, packAll, run, runTool } from './packages.mjs'

/** What a user's application brings along itself. */
const APPLICATION = [
  'express@5.3.0',
  'passport@0.7.0',
  '@types/express@5.0.6',
  '@types/node@20.19.43',
  '@types/passport@1.0.17',
]

/** How users have TypeScript find packages: `module`, `moduleResolution`. */
const RESOLUTIONS = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['preserve', 'bundler'],
]

const folder = makeFolder('consumer')
try {
  const packed = packAll(folder)
  const dependencies = Object.fromEntries(packed.map(({ name, tarball }) => [name, tarball]))
  writeJSON('package.json', { private: true, dependencies })
  cpSync(fileURLToPath(new URL('consumer', import.meta.url)), folder, { recursive: true })
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', ...APPLICATION)

  run(folder, 'node', 'require.cjs')
  run(folder, 'node', 'import.mjs')
  run(folder, 'node', 'added.cjs')
  runTool(folder, 'jest', '--rootDir', folder)
  for (const [module, moduleResolution] of RESOLUTIONS) {
    writeJSON('tsconfig.json', {
      compilerOptions: {
        target: 'es2022',
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        esModuleInterop: true,
        noEmit: true,
        module,
        moduleResolution,
      },
      files: ['types.ts'],
    })
    console.log(`types with module ${module}`)
    runTool(folder, 'tsc', '-p', folder)
  }
} finally {
  rmSync(folder, { recursive: true })
}

function writeJSON(name, value) {
  writeFileSync(`${folder}/${name}`, JSON.stringify(value))
}

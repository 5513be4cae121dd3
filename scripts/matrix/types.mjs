// Compiles an application against the packed packages, under every TypeScript that users have.
import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root, run } from '../packages.mjs'

const TYPESCRIPTS = ['5.4.5', '5.9.3', '6.0.3', '7.0.2']

/** How users have TypeScript find packages: `module`, `moduleResolution`. */
const RESOLUTIONS = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
]

/** Prints a table TypeScript × module; returns how many do not compile. */
export async function checkTypes(folder, tarballs) {
  const dependencies = {
    '@types/express': '5.0.6',
    '@types/node': '20.19.43',
    '@types/passport': '1.0.17',
    express: '5.3.0',
    passport: '0.7.0',
  }
  for (const { name, tarball } of tarballs) dependencies[name] = `file:${tarball}`
  for (const version of TYPESCRIPTS)
    dependencies[`typescript-${version}`] = `npm:typescript@${version}`
  write(folder, 'package.json', { private: true, dependencies })
  cpSync(path.join(root, 'scripts/consumer/types.ts'), path.join(folder, 'types.ts'))
  cpSync(path.join(root, 'scripts/matrix/verify.ts'), path.join(folder, 'verify.ts'))
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error')
  const table = {}
  for (const version of TYPESCRIPTS) {
    table[`TypeScript ${version}`] = Object.fromEntries(
      RESOLUTIONS.map(([module, moduleResolution]) => [
        moduleResolution,
        compile(folder, version, { module, moduleResolution }),
      ]),
    )
  }
  console.table(table)
  const results = Object.values(table).flatMap((row) => Object.values(row))
  return results.filter((result) => result !== 'ok').length
}

function compile(folder, version, resolution) {
  write(folder, 'tsconfig.json', {
    compilerOptions: {
      target: 'es2022',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      esModuleInterop: true,
      noEmit: true,
      ...resolution,
    },
    files: ['types.ts', 'verify.ts'],
  })
  const tsc = `node_modules/typescript-${version}/bin/tsc`
  const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) console.error(`TypeScript ${version}, ${resolution.module}:\n${stdout}`)
  return status === 0 ? 'ok' : 'FAILED'
}

function write(folder, name, value) {
  writeFileSync(path.join(folder, name), JSON.stringify(value))
}

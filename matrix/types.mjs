// Compiles applications against the packed packages, with every version of TypeScript that users
// have.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root, run } from '../scripts/packages.mjs'

const TYPESCRIPTS = ['5.0.4', '5.9.3', '6.0.3', '7.0.2']

/** How users have TypeScript find packages: `module`, `moduleResolution`; and the target. */
const RESOLUTIONS = [
  ['node16', 'node16', 'es2022'],
  ['nodenext', 'nodenext', 'es2022'],
  // its library knows no `cause` of an error
  ['esnext', 'bundler', 'es2020'],
]

/** The type tests of the packages, as an application that has installed the packages. */
const OWN_TYPES = new Map([['same.ts', readTypes('passport-code-flow', 'same')]])
for (const name of ['code-flow', 'monpay', 'zalopay-pkce', 'moneypools'])
  OWN_TYPES.set(`${name}.ts`, readTypes(`passport-${name}`, 'strategy'))

function readTypes(name, test) {
  return readFileSync(path.join(root, `packages/${name}/test-d/${test}.ts`), 'utf8')
    .replace(/'\.\.\/src\/index(?:\.js)?'/, `'${name}'`)
    .replace(/'.*\/same(?:\.js)?'/, `'./same.js'`)
}

/** Three applications: one with Passport's types, one without them, and one with undici. */
const APPLICATIONS = {
  'with @types/passport': {
    files: ['types.ts', 'routes.ts', 'link.ts', ...OWN_TYPES.keys()],
    dependencies: { '@types/express': '5.0.6', '@types/passport': '1.0.17', express: '5.3.0' },
  },
  'without @types/passport': { files: ['bare.ts'], dependencies: {}, hasInterop: false },
  'with undici': { files: ['dispatcher.ts'], dependencies: { undici: '7.30.2' } },
}

/** Prints a table TypeScript × module; returns how many do not compile. */
export async function checkTypes(folder, tarballs) {
  const compilers = TYPESCRIPTS.map((version) => [
    `typescript-${version}`,
    `npm:typescript@${version}`,
  ])
  install(path.join(folder, 'compilers'), Object.fromEntries(compilers))
  const packages = Object.fromEntries(
    tarballs.map(({ name, tarball }) => [name, `file:${tarball}`]),
  )
  const table = {}
  for (const [name, described] of Object.entries(APPLICATIONS)) {
    const { files, dependencies, hasInterop = true } = described
    const application = path.join(folder, name.replaceAll(/\W+/g, '-'))
    const shared = { '@types/node': '20.19.43', passport: '0.7.0' }
    install(application, { ...shared, ...dependencies, ...packages })
    for (const file of files) {
      const own = path.join(import.meta.dirname, 'types', file)
      writeFileSync(path.join(application, file), OWN_TYPES.get(file) ?? readFileSync(own))
    }
    for (const version of TYPESCRIPTS) {
      // TypeScript 6 and later have it always
      const esModuleInterop = hasInterop || Number.parseInt(version) >= 6
      const results = await Promise.all(
        RESOLUTIONS.map(([module, moduleResolution, target]) =>
          compile(
            application,
            version,
            { module, moduleResolution, target, esModuleInterop },
            files,
          ),
        ),
      )
      const row = RESOLUTIONS.map(([, resolution], index) => [resolution, results[index]])
      table[`TypeScript ${version} ${name}`] = Object.fromEntries(row)
    }
  }
  console.table(table)
  const words = Object.values(table).flatMap((row) => Object.values(row))
  return words.filter((word) => word !== 'ok').length
}

async function compile(folder, version, resolution, files) {
  const config = `tsconfig-${resolution.moduleResolution}.json`
  write(folder, config, {
    compilerOptions: {
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      ...resolution,
    },
    files,
  })
  const tsc = path.join(folder, `../compilers/node_modules/typescript-${version}/bin/tsc`)
  const child = spawn(process.execPath, [tsc, '-p', config], { cwd: folder })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) console.error(`TypeScript ${version}, ${resolution.module}:\n${output}`)
  return status === 0 ? 'ok' : 'FAILED'
}

function install(folder, dependencies) {
  mkdirSync(folder)
  write(folder, 'package.json', { private: true, dependencies })
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  run(folder, 'npm', 'install', ...options, '--loglevel=error')
}

function write(folder, name, value) {
  writeFileSync(path.join(folder, name), JSON.stringify(value))
}

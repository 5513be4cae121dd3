import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const PACKAGES = [
  'passport-code-flow',
  'passport-monpay',
  'passport-zalopay-pkce',
  'passport-moneypools',
  'passport-provider-simulators',
]

const SCRIPTS = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare']
const UNWANTED =
  /(^|\/)(\.env|\.npmrc|\.git|tests?(-d)?|fixtures|coverage|node_modules)([./]|$)|\.(map|pem|key|p12|log|tsbuildinfo)$|\.test\./

/** A package as npm would pack it: its description and the files in its tarball. */
async function pack(name: string) {
  const folder = path.join(__dirname, '../../..', name)
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: folder })
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  const text = readFileSync(path.join(folder, 'package.json'), 'utf8')
  return {
    description: JSON.parse(text) as { files?: string[]; scripts?: Record<string, string> },
    files: files.map((file) => path.join(folder, file.path)),
    names: files.map((file) => file.path),
  }
}

it.each(PACKAGES)(
  'A92 the tarball of %s holds no test, secret, source map or install script',
  async (name) => {
    const { description, files, names } = await pack(name)
    expect(names).toEqual(expect.arrayContaining(['package.json', 'LICENSE']))
    expect(names.filter((file) => UNWANTED.test(file))).toEqual([])
    // a list of what goes in, not of what stays out
    expect(description.files?.length).toBeGreaterThan(0)
    expect(Object.keys(description.scripts ?? {}).filter((one) => SCRIPTS.includes(one))).toEqual(
      [],
    )
    for (const file of files.filter(existsSync)) {
      const text = readFileSync(file, 'latin1')
      expect(
        /-----BEGIN [A-Z ]*PRIVATE KEY|sourceMappingURL|_authToken|\bnpm_\w{36}\b/.test(text),
      ).toBe(false)
    }
  },
  30_000,
)

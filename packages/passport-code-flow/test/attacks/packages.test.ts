import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const SCRIPTS = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare']
const UNWANTED =
  /(^|\/)(\.env|\.npmrc|\.git|tests?(-d)?|fixtures|coverage|node_modules)([./]|$)|\.(map|pem|key|p12|log|tsbuildinfo)$|\.test\./
const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY|sourceMappingURL|_authToken|\bnpm_\w{36}\b/

it.each(['code-flow', 'monpay', 'zalopay-pkce', 'moneypools', 'provider-simulators'])(
  'A92 the tarball of passport-%s holds no test, secret, source map or install script',
  async (name) => {
    const folder = path.join(__dirname, `../../../passport-${name}`)
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline']
    const { stdout } = await promisify(execFile)('npm', args, { cwd: folder })
    const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    const names = packed.files.map((file) => file.path)
    expect(names).toEqual(expect.arrayContaining(['package.json', 'LICENSE']))
    expect(names.filter((file) => UNWANTED.test(file))).toEqual([])
    const read = (file: string) => readFileSync(path.join(folder, file), 'latin1')
    const { files, scripts = {} } = JSON.parse(read('package.json')) as Description
    // a list of what goes in, not of what stays out
    expect(files.length).toBeGreaterThan(0)
    expect(SCRIPTS.filter((script) => script in scripts)).toEqual([])
    const there = names.filter((file) => existsSync(path.join(folder, file)))
    expect(there.filter((file) => SECRET.test(read(file)))).toEqual([])
  },
)

interface Description {
  files: string[]
  scripts?: object
}

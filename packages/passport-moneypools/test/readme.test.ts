import { readFileSync } from 'node:fs'
import path from 'node:path'

const readme = readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code)

const ENV = {
  MONEYPOOLS_CLIENT_ID: '1',
  MONEYPOOLS_CLIENT_SECRET: 'secret',
  FRIENDS_SECRET: 'secret',
}

interface Program {
  exports: unknown
  tests: (() => Promise<void>)[]
}

/** Runs a program of the README as Node would, with files of its own beside it. */
function run(code: string, env: Record<string, string>, files: Record<string, string> = {}) {
  const program: Program = { exports: {}, tests: [] }
  const load = (name: string): unknown =>
    name in files ? run(files[name] ?? '', env).exports : require(name)
  const it = (_title: string, test: () => Promise<void>) => void program.tests.push(test)
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- it is our own README
  const start = new Function('require', 'module', 'process', 'it', code)
  start(Object.assign(load, { main: undefined }), program, { env }, it)
  return program
}

it('the README has a program for each step', () => {
  expect(blocks).toHaveLength(4)
})

it.each([0, 1])('configuration %i of the README is complete', (index) => {
  expect(() => run(blocks[index] ?? '', ENV)).not.toThrow()
})

it('the test in the README passes with the application in the README', async () => {
  const [app = '', test = ''] = blocks.slice(2)
  const { tests } = run(test, {}, { './app': app })
  expect(tests).toHaveLength(1)
  for (const one of tests) await one()
})

it("every option of the strategy is in the README's table, with no other one", () => {
  const table = readme.split('## Options')[1]?.split('\n## ')[0] ?? ''
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(new Set(named)).toEqual(new Set(OPTIONS))
})

const OPTIONS = [
  'clientID',
  'clientSecret',
  'callbackURL',
  'baseURL',
  'tokenMethod',
  'authorizationURL',
  'tokenURL',
  'userInfoURL',
  'lang',
  'allowCrossSiteStart',
  'passReqToCallback',
  'skipUserProfile',
  'name',
  'timeout',
  'maxResponseBytes',
  'agent',
  'headers',
  'once',
  'codeTTL',
  'pendingTTL',
  'maxPending',
  'allowInsecure',
]

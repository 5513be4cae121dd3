// The packed packages in an application that has installed them: what they export, and what their
// installation adds.
const { spawnSync } = require('node:child_process')
const { report } = require('./visit.cjs')

const runIn = (cwd, program, ...args) => async () => {
  // msw is an ES module
  const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout + stderr)
}
const run = (program, ...args) => runIn('consumer', program, ...args)
const jest = [process.env.MATRIX_JEST, '--rootDir', '.']

void report({
  'loaded by require': run(process.execPath, 'require.cjs'),
  'loaded by import': run(process.execPath, 'import.mjs'),
  'a strategy adds few packages': run(process.execPath, 'added.cjs'),
  'loaded and used in Jest': run(...jest),
  'the tests of docs/testing-your-app.md': runIn(
    'testing',
    ...jest,
    '--moduleNameMapper',
    '{"^nock$":"nock14"}',
  ),
})

// The packed packages in an application that has installed them: what they export, and what their
// installation adds.
const { spawnSync } = require('node:child_process')
const { report } = require('./visit.cjs')

const run = (program, ...args) => async () => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: 'consumer', encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout + stderr)
}

void report({
  'loaded by require': run(process.execPath, 'require.cjs'),
  'loaded by import': run(process.execPath, 'import.mjs'),
  'a strategy adds few packages': run(process.execPath, 'added.cjs'),
  'loaded and used in Jest': run(process.env.MATRIX_JEST, '--rootDir', '.'),
})

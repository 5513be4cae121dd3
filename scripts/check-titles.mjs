// Fails where the title of a new commit says more than one thing: where it holds a second `;`.
import { spawnSync } from 'node:child_process'

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

// the branch that this one is to be merged into, as a pull request, a clone or a worktree knows it
const base = [`origin/${process.env.GITHUB_BASE_REF || 'main'}`, 'main']
  .map((name) => git('merge-base', 'HEAD', name))
  .find((commit) => commit !== undefined && commit !== git('rev-parse', 'HEAD'))
// a shallow clone may know no common commit: there the last one is looked at
const commits = base === undefined ? ['-1'] : [`${base}..HEAD`]
const titles = git('log', '--no-merges', '--format=%s', ...commits)?.split('\n') ?? []
const crowded = titles.filter((title) => title.split(';').length > 2)
for (const title of crowded) console.error(`This commit title says more than one thing: ${title}`)
if (crowded.length > 0) process.exit(1)

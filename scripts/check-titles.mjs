// Fails if the title of a new commit says more than one thing: if it has a second `;`.
import { spawnSync } from 'node:child_process'

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

// the branch to merge into, under its name in a pull request, a clone or a worktree
const base = [`origin/${process.env.GITHUB_BASE_REF || 'main'}`, 'main']
  .map((name) => git('merge-base', 'HEAD', name))
  .find((commit) => commit !== undefined && commit !== git('rev-parse', 'HEAD'))
// a shallow clone may have no common commit: then only the last commit is checked
const commits = base === undefined ? ['-1'] : [`${base}..HEAD`]
const titles = git('log', '--no-merges', '--format=%s', ...commits)?.split('\n') ?? []
const crowded = titles.filter((title) => title.split(';').length > 2)
for (const title of crowded) console.error(`This commit title says more than one thing: ${title}`)
if (crowded.length > 0) process.exit(1)

import { OURS, PEERS } from './contenders.mjs'
import { withWorker } from './processes.mjs'
import { markdown, writeBetween } from './report.mjs'

// `node packages/benchmarks/src/attacks.mjs`: what each of these attacks does to our strategies and to other ones, a
// process for each. The ids are those of SECURITY.md. The worker has the list of attacks.

const contenders = [...OURS, ...PEERS.filter((name) => name !== 'passport-google-oauth20')]

function attack(name, title) {
  const options = { timeout: 4000, quiet: true }
  return withWorker('attack', { name }, ({ ask }) => ask('run', title), options).then(
    (how) => how ?? 'holds',
    (failure) => {
      if (/ ended with /.test(failure.message)) return '**the process ends**'
      if (/no answer/.test(failure.message)) return '**hangs**'
      throw failure
    },
  )
}

// each worker has the same list
const attacks = await withWorker('attack', { name: contenders[0] }, ({ ask }) => ask('list'))
const rows = []
let failed = 0
for (const title of attacks) {
  const outcomes = []
  for (const name of contenders) outcomes.push(await attack(name, title))
  const cells = outcomes.map((how) =>
    /^(holds|nothing to attack|\*)/.test(how) ? how : `**${how}**`,
  )
  failed += cells.slice(0, OURS.length).filter((cell) => cell.startsWith('**')).length
  const [, id, what] = /^(\S+) (.*)$/.exec(title)
  rows.push([id, what, ...cells])
  console.log(rows.at(-1).join('  '))
}
const ran = `Run on ${new Date().toISOString().slice(0, 10)} with Node ${process.version} by \`node packages/benchmarks/src/attacks.mjs\`.`
writeBetween(
  'docs/how-it-is-tested.md',
  'attacks',
  `${ran}\n\n${markdown(['id', 'attack', ...contenders], rows)}`,
)
process.exit(failed === 0 ? 0 : 1)

import { OURS, PEERS } from './contenders.mjs'
import { withWorker } from './processes.mjs'
import { markdown, writeBetween } from './report.mjs'

// `node packages/benchmarks/src/attacks.mjs`: what each of these attacks does to our strategies and to other ones, a
// process for each. The ids are those of SECURITY.md.
const ATTACKS = {
  A08: 'a forged callback, then the real one',
  A11: 'two tabs: the one that started first is finished',
  A13: 'a login that was started a day ago',
  A31: 'HEAD on the callback',
  A32: 'a browser that fetches the callback in advance',
  A39: 'an empty code on the callback',
  A48: 'a token under status 201',
  A49: '200 with a token and an error',
  A50: '`null` in place of the tokens',
  A51: 'an object in place of the token',
  A55: 'a token as a form, where JSON is specified',
  A66: 'no answer at all',
  A68: 'an answer that is cut short',
  A69: 'an answer of 60 MB',
  A71: 'a redirect of the token request that has tokens in its body',
  A73: 'a redirect of the profile request',
  A82: 'the strategy is printed',
  A83: 'the provider repeats our secret in its error',
  split: 'a letter of two bytes that arrives in two parts',
}
const contenders = [...OURS, ...PEERS.filter((name) => name !== 'passport-google-oauth20')]

function attack(name, id) {
  const options = { timeout: 4000, quiet: true }
  return withWorker('attack', { name }, ({ ask }) => ask('run', id), options).then(
    (how) => how ?? 'holds',
    (failure) => {
      if (/ ended with /.test(failure.message)) return '**the process ends**'
      if (/no answer/.test(failure.message)) return '**hangs**'
      throw failure
    },
  )
}

const rows = []
let failed = 0
for (const [id, title] of Object.entries(ATTACKS)) {
  const outcomes = []
  for (const name of contenders) outcomes.push(await attack(name, id))
  const cells = outcomes.map((how) =>
    /^(holds|nothing to attack|\*)/.test(how) ? how : `**${how}**`,
  )
  failed += cells.slice(0, OURS.length).filter((cell) => cell.startsWith('**')).length
  rows.push([id, title, ...cells])
  console.log(rows.at(-1).join('  '))
}
const ran = `Run on ${new Date().toISOString().slice(0, 10)} with Node ${process.version} by \`node packages/benchmarks/src/attacks.mjs\`.`
writeBetween(
  'docs/how-it-is-tested.md',
  'attacks',
  `${ran}\n\n${markdown(['id', 'attack', ...contenders], rows)}`,
)
process.exit(failed === 0 ? 0 : 1)

import { ATTACKS } from './attacks/list.mjs'
import { CONTENDERS } from './attacks/contenders.mjs'
import { openScene } from './attacks/scene.mjs'
import { writeComparison } from './report/comparison.mjs'

// `pnpm compare:attacks [id …]`: the same attacks on everybody, a process for each.
const LIMIT = 60_000
const NAMES = Object.keys(CONTENDERS)
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const chosen = ATTACKS.filter(({ id }) => wanted.length === 0 || wanted.includes(id))

const results = []
for (const attack of chosen) {
  const { id, title, except = {} } = attack
  const outcomes = []
  for (const name of NAMES)
    outcomes.push(except[name] ? { word: except[name] } : { how: await fire(attack, name) })
  results.push({ id, title, outcomes })
  console.log(`${id.padEnd(6)} ${title}`)
  for (const [position, { word, how }] of outcomes.entries())
    console.log(`       ${NAMES[position].padEnd(19)} ${word ?? (how ? `FAILED: ${how}` : 'held')}`)
}
const failures = NAMES.map(
  (_, position) => results.filter((row) => row.outcomes[position].how).length,
)
console.log(
  `\n${results.length} attacks; failed: ${NAMES.map((name, i) => `${name} ${failures[i]}`).join(', ')}`,
)
if (wanted.length === 0) writeComparison(NAMES, results, failures)
process.exit(failures[0] === 0 ? 0 : 1)

/** Undefined when the contender holds, else how it fails; what opens here is closed here. */
async function fire(attack, name) {
  const scenes = []
  const open = async (settings) => {
    const scene = await openScene(name, settings)
    scenes.push(scene)
    return scene
  }
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LIMIT, 'the attack does not end')
  })
  const work = attack.run({ open }).catch((failure) => explain(failure))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    await Promise.all(scenes.map((scene) => scene.close().catch(() => {})))
  }
}

function explain(failure) {
  return / ended with /.test(failure.message) ? 'the process dies' : failure.message
}

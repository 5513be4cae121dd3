import { startChild } from './child.mjs'

/**
 * Starts one child per contender, asks each in turn, round after round, and gives back what each
 * answered: `Map` of name to answers. A new fleet starts several times: a process may be lucky. On
 * a busy machine there are fewer rounds: a fleet's ends after its share of `seconds`, with two at
 * least.
 */
export async function runFleets({ fleets, rounds, seconds, names, start, measure }) {
  const answers = new Map(names.map((name) => [name, []]))
  const began = performance.now()
  for (let fleet = 0; fleet < fleets; fleet++) {
    const until = began + ((fleet + 1) / fleets) * seconds * 1000
    const members = await startAll(names, start)
    try {
      for (let round = 0; round < rounds && (round < 2 || performance.now() < until); round++)
        // nobody is always first, or always after the same one
        for (const member of rotate(members, round))
          answers.get(member.name).push(await measure(member, { fleet, round }))
    } finally {
      await Promise.all(members.map((member) => member.stop()))
    }
  }
  return answers
}

async function startAll(names, start) {
  const members = []
  for (const name of names) members.push({ ...(await start(name)), name })
  return members
}

function rotate(members, round) {
  const first = round % members.length
  const turned = [...members.slice(first), ...members.slice(0, first)]
  return round % 2 === 0 ? turned : turned.toReversed()
}

/** Starts a stub provider; `settings` as in `provider/server.mjs`. */
export function startProvider(settings = {}) {
  return startChild('provider/server.mjs', [JSON.stringify(settings)])
}

/** Calls `work` for each name, two at a time: for what no second process disturbs. */
export async function inPairs(names, work) {
  const results = []
  for (let i = 0; i < names.length; i += 2)
    results.push(...(await Promise.all(names.slice(i, i + 2).map(work))))
  return results
}

import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { LAWS } from './laws.js'

const USAGE = `node scripts/fuzz.mjs [--seconds N] [--seed N] [subject]
subjects: ${Object.keys(LAWS).join(', ')}`

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

function readArguments() {
  const options = { seconds: { type: 'string' }, seed: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const ms = Number(values.seconds ?? 30) * 1000
  const seed = values.seed === undefined ? {} : { seed: Number(values.seed) }
  const unknown = positionals.some((name) => !Object.hasOwn(LAWS, name))
  if (unknown || !(ms > 0) || Number.isNaN(seed.seed)) fail(USAGE)
  return { ms, seed, subjects: positionals.length > 0 ? positionals : Object.keys(LAWS) }
}

/** Runs each law for a while; prints how often, and what has broken one. */
async function fuzz(): Promise<void> {
  const { ms, seed, subjects } = readArguments()
  const laws = subjects.flatMap((subject) => LAWS[subject] ?? [])
  const limits = { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: ms }
  const lines = ['| law | runs | failures |', '|---|---:|---:|']
  for (const { name, property } of laws) {
    const details = await fc.check(property, { ...limits, ...seed })
    if (details.failed) {
      process.exitCode = 1
      console.error(`${name}\n${fc.defaultReportMessage(details) ?? ''}\n`)
    }
    lines.push(`| ${name} | ${details.numRuns} | ${details.failed ? 1 : 0} |`)
  }
  console.log(lines.join('\n'))
}

fuzz().catch((error: unknown) => fail(String(error)))

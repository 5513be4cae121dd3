// Runs the property tests of passport-code-flow for as long as one likes: pnpm fuzz --seconds 300
import { fork } from 'node:child_process'
import { bundle } from './bundle.mjs'

const program = await bundle('packages/passport-code-flow/test/properties/fuzz.ts')
const child = fork(program, process.argv.slice(2))
child.on('exit', (status) => process.exit(status ?? 1))

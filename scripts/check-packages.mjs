// Checks the packed packages: publint, and types under every way of resolving them.
import { rmSync } from 'node:fs'
import { makeFolder, packAll, runTool } from './packages.mjs'

const folder = makeFolder('packages')
try {
  for (const { tarball } of packAll(folder)) {
    runTool(folder, 'publint', '--strict', tarball)
    // node10 knows no `exports`: Node 20 and later do; a script for browsers has no types
    const options = ['--profile', 'node16', '--exclude-entrypoints', './browser/script.js']
    runTool(folder, 'attw', tarball, ...options, '--quiet')
  }
} finally {
  rmSync(folder, { recursive: true })
}

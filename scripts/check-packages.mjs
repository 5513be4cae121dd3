// Checks the packed packages: publint, and types under every way of resolving them.
import { rmSync } from 'node:fs'
import { checkPackage, makeFolder, packAll } from './packages.mjs'

const folder = makeFolder('packages')
try {
  for (const { tarball } of packAll(folder)) checkPackage(folder, tarball)
} finally {
  rmSync(folder, { recursive: true })
}

// Checks the packed packages: publint, types with every way of resolving them, and links.
// PACKED names a folder in which they stay, and from which they are taken if they are there.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { deadLinks } from './links.mjs'
import { checkPackage, makeFolder, packAll } from './packages.mjs'

const folder = makeFolder('packages')
try {
  for (const { name, tarball } of packAll(process.env.PACKED ?? folder, { reuse: true })) {
    checkPackage(folder, tarball)
    checkLinks(name, tarball)
  }
} finally {
  rmSync(folder, { recursive: true })
}

/** Throws where a packed page links to a page that is not in the package. */
function checkLinks(name, tarball) {
  const unpacked = makeFolder('links')
  try {
    execFileSync('tar', ['-xzf', tarball], { cwd: unpacked })
    const list = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
    const files = new Set(list.map((file) => file.slice('package/'.length)))
    for (const page of [...files].filter((file) => file.endsWith('.md'))) {
      const text = readFileSync(path.join(unpacked, 'package', page), 'utf8')
      const dead = deadLinks(text, page, files)
      if (dead.length > 0) throw new Error(`${name}: ${page} has dead links: ${dead.join(', ')}`)
    }
  } finally {
    rmSync(unpacked, { recursive: true })
  }
}

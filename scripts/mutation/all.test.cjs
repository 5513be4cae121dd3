// All tests of a package in one: its sources are loaded once for each mutant, not once for each file.
const { readdirSync } = require('node:fs')
const path = require('node:path')

const folder = path.resolve(__dirname, '../../packages', process.env.MUTATE_PACKAGE, 'test')
// they start databases, browsers and whole sites: too slow for a thousand runs
const SLOW = /^(once|express|readme|examples|launch-page|browser)/

for (const name of readdirSync(folder)) {
  if (!name.endsWith('.test.ts') || SLOW.test(name)) continue
  describe(`${name}`, () => {
    require(path.join(folder, name))
  })
}

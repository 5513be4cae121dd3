// All tests of a package in one: its sources are loaded once for each mutant, not once for each file.
const { readdirSync } = require('node:fs')
const path = require('node:path')

const folder = path.resolve(__dirname, '../../packages', process.env.MUTATE_PACKAGE, 'test')
// they start databases, browsers and whole sites, or read other files than sources
const SLOW = /^(once|express|readme|links|launch-page|browser)/

for (const name of readdirSync(folder)) {
  if (!name.endsWith('.test.ts') || SLOW.test(name)) continue
  describe(`tests of ${name}`, () => {
    require(path.join(folder, name))
  })
}

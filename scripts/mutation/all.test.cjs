// All tests of a package in one: its sources are loaded once for each mutant, not once for each
// file.
const { readdirSync } = require('node:fs')
const path = require('node:path')

const folder = path.resolve(__dirname, '../../packages', process.env.MUTATE_PACKAGE, 'test')
// they start browsers and whole sites, or read other files than sources
const LEFT_OUT =
  /^(attacks|faults|properties)\/|^(express|letters|readme|links|packed-links|recipes|field-cases|troubleshooting|launch-page|browser)/
const names = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter(
  (name) => name.endsWith('.test.ts') && !LEFT_OUT.test(name),
)
// tests that start databases come last: most mutants are killed before them
const startsDatabases = (name) => name.startsWith('once/')
names.sort((one, other) => startsDatabases(one) - startsDatabases(other))

for (const name of names) {
  describe(`tests of ${name}`, () => {
    require(path.join(folder, name))
  })
}

const { check, NAMES } = require('./names.cjs')

const loaded = Object.fromEntries(Object.keys(NAMES).map((name) => [name, require(name)]))
console.log('require:', check(loaded))

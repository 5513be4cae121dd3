// What installing a strategy adds to an application that has Passport: never more than this.
const ALLOWED = { 'passport-monpay': 2, 'passport-zalopay-pkce': 2, 'passport-moneypools': 3 }

/** The package and all that it depends on. */
function installed(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  const { dependencies = {} } = require(`../node_modules/${name}/package.json`)
  for (const dependency of Object.keys(dependencies)) installed(dependency, found)
  return found
}

const before = installed('passport')
for (const [strategy, allowed] of Object.entries(ALLOWED)) {
  const added = [...installed(strategy)].filter((name) => !before.has(name))
  console.log(`${strategy} adds ${added.join(', ')}`)
  if (added.length > allowed) throw new Error(`${strategy} adds more than ${allowed} packages`)
}

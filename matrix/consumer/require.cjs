const { check, NAMES } = require('./names.cjs')

const loaded = Object.fromEntries(Object.keys(NAMES).map((name) => [name, require(name)]))
console.log('require:', check(loaded))

// what webpack 4, Parcel 2 and Browserify load: they do not read `exports`
const { requestLogin } = require(`${__dirname}/../node_modules/passport-zalopay-pkce/browser`)
if (typeof requestLogin !== 'function') throw new Error('the folder browser exports no requestLogin')

import { check, NAMES } from './names.cjs'

const loaded = {}
for (const name of Object.keys(NAMES)) loaded[name] = await import(name)
console.log('import:', check(loaded))

import { checkLaws } from './check.js'
import { LAWS } from './laws.js'

const { answers: _long, ...others } = LAWS

checkLaws(others)

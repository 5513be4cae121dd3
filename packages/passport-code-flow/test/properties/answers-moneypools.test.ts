import { answerLaws } from './answers.js'
import { checkLaws } from './check.js'

checkLaws({ answers: answerLaws.filter(({ name }) => name.startsWith('moneypools:')) })

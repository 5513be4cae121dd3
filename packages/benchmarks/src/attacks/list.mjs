import { callbacks } from './callbacks.mjs'
import { answers } from './answers.mjs'
import { network } from './network.mjs'
import { application } from './application.mjs'

/**
 * Every attack: `{ id, title, run }`. `run` is given `open(settings)`, which opens a scene, and gives
 * back undefined when the attack was held off, else how it went through. `except` says who is not
 * attacked, and why.
 */
export const ATTACKS = [...callbacks, ...answers, ...network, ...application]

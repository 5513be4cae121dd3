import { answerLaws } from './answers.js'
import { callbackLaws } from './callback.js'
import { entityLaws } from './entities.js'
import { expiryLaws } from './expiry.js'
import type { Law } from './hostile.js'
import { pendingLaws } from './pending.js'
import { redactionLaws } from './redaction.js'
import { returnToLaws } from './return-to.js'

/** Every law, by what it is about. */
export const LAWS: Record<string, Law[]> = {
  callback: callbackLaws,
  pending: pendingLaws,
  'return-to': returnToLaws,
  answers: answerLaws,
  entities: entityLaws,
  expiry: expiryLaws,
  redaction: redactionLaws,
}

import * as fc from 'fast-check'
import { readUser } from '../../../passport-moneypools/src/profile.js'
import * as read from '../../src/read.js'
import { escapeEntities } from '../../../passport-provider-simulators/src/sngine/escape.js'
import { answerOf, hostileText, type Law } from './hostile.js'

function nameOf(escaped: string): unknown {
  const user_info = { user_id: '1', user_firstname: escaped }
  return readUser(answerOf({ user_info }), 'https://site.test').givenName
}

// what a database of UTF-8 can hold
const name = hostileText.map((text) => Buffer.from(text).toString())

export const entityLaws: Law[] = [
  {
    name: 'a name that Sngine has escaped is given back as it was typed, but for control characters',
    property: fc.property(name, (typed) => nameOf(escapeEntities(typed)) === read.text(typed)),
  },
  {
    name: 'what is still escaped after one decoding stays so',
    property: fc.property(name, (typed) => {
      const once = escapeEntities(typed)
      return nameOf(escapeEntities(once)) === read.text(once)
    }),
  },
]

import * as fc from 'fast-check'
import { readUser } from '../../../passport-moneypools/src/profile.js'
import * as read from '../../src/read.js'
import { escapeEntities } from '../../../passport-provider-simulators/src/sngine/escape.js'
import { hostileText, type Law } from './hostile.js'

function nameOf(escaped: string): string | undefined {
  const body = { user_info: { user_id: '1', user_firstname: escaped } }
  const answer = { method: 'GET' as const, status: 200, headers: {}, text: '', json: body, body }
  return readUser(answer, 'https://site.test').givenName as string | undefined
}

// what a database of UTF-8 can hold
const name = hostileText.map((text) => Buffer.from(text).toString())

export const entityLaws: Law[] = [
  {
    name: 'a name that Sngine has escaped is given back as it was typed, but for control characters',
    property: fc.property(name, (typed) => {
      const given = nameOf(escapeEntities(typed))
      return given === read.text(typed)
    }),
  },
  {
    name: 'what is still escaped after one decoding stays so',
    property: fc.property(name, (typed) => {
      const once = escapeEntities(typed)
      return nameOf(escapeEntities(once)) === read.text(once)
    }),
  },
]

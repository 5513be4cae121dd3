import { type FailureCode, isFailureCode } from '../errors.js'
import en from './en.js'
import mn from './mn.js'
import ru from './ru.js'
import vi from './vi.js'

/** One language: a text for each failure, and one for any other code. */
export type Texts = Record<FailureCode | 'general', string>

const languages: Record<string, Texts> = { en, mn, ru, vi }

/**
 * The text to show a person for a failure code, in the language of a BCP 47 tag (`mn`, `vi-VN`). An
 * unknown locale gives English, an unknown code the general text; never throws.
 */
export function failureMessage(code: unknown, locale: unknown = 'en'): string {
  const tag = typeof locale === 'string' ? locale.toLowerCase() : ''
  const language = tag.replace(/[-_].*/s, '')
  const texts = (Object.hasOwn(languages, language) ? languages[language] : undefined) ?? en
  return typeof code === 'string' && isFailureCode(code) ? texts[code] : texts.general
}

import { type FailureCode, isFailureCode } from '../errors.js'
import en from './en.js'

/** One language: a text for each failure, and one for any other code. */
export type Texts = Record<FailureCode | 'general', string>

const english = () => en

/** The other languages: each is loaded when a text of it is needed, since most sites use few of them. */
const languages: Record<string, () => Texts> = {
  en: english,
  mn: () => (require('./mn.js') as { default: Texts }).default,
  ru: () => (require('./ru.js') as { default: Texts }).default,
  vi: () => (require('./vi.js') as { default: Texts }).default,
}

/**
 * The text to show a person for a failure code, in the language of a BCP 47 tag (`mn`, `vi-VN`). An
 * unknown locale gives English, an unknown code the general text; never throws.
 */
export function failureMessage(code: unknown, locale: unknown = 'en'): string {
  const tag = typeof locale === 'string' ? locale.toLowerCase() : ''
  const language = tag.replace(/[-_].*/s, '')
  const load = Object.hasOwn(languages, language) ? languages[language] : undefined
  const texts = (load ?? english)()
  return typeof code === 'string' && isFailureCode(code) ? texts[code] : texts.general
}

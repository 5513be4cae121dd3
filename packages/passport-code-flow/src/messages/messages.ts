import { type FailureCode, isFailureCode } from '../errors.js'
import en from './en.js'

/** One language: a text for each failure, and one for any other code. */
export type Texts = Record<FailureCode | 'general', string>

/** Each but English is loaded when a text of it is needed: most sites use few languages. */
const languages: Record<string, () => Texts> = {
  en: () => en,
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
  const texts = languages[Object.hasOwn(languages, language) ? language : 'en']!()
  return typeof code === 'string' && isFailureCode(code) ? texts[code] : texts.general
}

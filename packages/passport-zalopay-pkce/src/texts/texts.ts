import en from './en.js'

/** What the launch page says, in each language. */
export interface Texts {
  /** A heading, and what to do. */
  working: [string, string]
  waiting: [string, string]
  outside: [string, string]
  unloaded: [string, string]
  refused: [string, string]
  failed: [string, string]
  late: [string, string]
  noScript: [string, string]
  wrong: [string, string]
  again: string
  back: string
}

/** Each but English is loaded when a page needs it: most sites use few languages. */
const languages: Record<string, () => Texts> = {
  en: () => en,
  mn: () => (require('./mn.js') as { default: Texts }).default,
  ru: () => (require('./ru.js') as { default: Texts }).default,
  vi: () => (require('./vi.js') as { default: Texts }).default,
}

/** The language that the browser prefers (`Accept-Language`); English if it asks for none of these. */
export function textsFor(acceptLanguage = ''): { language: string; texts: Texts } {
  const asked = acceptLanguage
    .split(',', 50)
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const quality = parameters.join(';').match(/^\s*q=([\d.]+)/)?.[1]
      return { language: tag.replace(/-.*/, ''), quality: Number(quality ?? 1) }
    })
    .filter(({ language, quality }) => Object.hasOwn(languages, language) && quality > 0)
    // the sort is stable: of two languages with the same quality the first one is used
    .sort((one, other) => other.quality - one.quality)
  const language = asked[0]?.language ?? 'en'
  return { language, texts: languages[language]!() }
}

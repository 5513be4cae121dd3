import en from './texts/en.json'
import mn from './texts/mn.json'
import ru from './texts/ru.json'
import vi from './texts/vi.json'

/** The key of a text. */
export type TextKey = keyof typeof en

/** The texts of every language. */
export const texts = { en, mn, vi, ru } satisfies Record<string, Record<TextKey, string>>

/** A language of this site. */
export type Locale = keyof typeof texts

/** The languages, each under its own name. */
export const LANGUAGES: Record<Locale, string> = {
  en: 'English',
  mn: 'Монгол',
  vi: 'Tiếng Việt',
  ru: 'Русский',
}

/** True for the tag of a language of this site. */
export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && Object.hasOwn(texts, value)
}

/** The text of `key`, its `{placeholders}` filled in; the page escapes it, values included. */
export function translate(
  locale: Locale,
  key: TextKey,
  values: Record<string, string> = {},
): string {
  return texts[locale][key].replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole)
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** How long ago a moment was, in words: no time zone is needed for that. */
export function formatAgo(locale: Locale, moment: string, now = Date.now()): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const elapsed = Date.parse(moment) - now
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(elapsed) >= ms) ?? ['second', 1000]
  // "0 seconds" with numeric: auto is "now" in every language.
  return format.format(unit === 'second' ? 0 : Math.trunc(elapsed / size), unit)
}

/** Date and time in the local way, in UTC because the visitor's zone is unknown. */
export function formatMoment(locale: Locale, moment: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(new Date(moment))
}

/** The parts of a name as a provider gives them. */
export interface NameParts {
  display_name: string
  given_name?: string | null
  family_name?: string | null
}

/** A name in the local order; Mongolians shorten the patronymic before the given name. */
export function formatName(locale: Locale, name: NameParts): string {
  const { given_name: given, family_name: family } = name
  if (!given || !family) return name.display_name
  if (locale === 'mn') return `${Array.from(family)[0]}. ${given}`
  return locale === 'vi' ? `${family} ${given}` : `${given} ${family}`
}

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
  const elapsed = Date.parse(moment) - now
  const found = UNITS.find(([, ms]) => Math.abs(elapsed) >= ms)
  if (!found) return translate(locale, 'ago.now')
  const [unit, size] = found
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const words = format.format(Math.trunc(elapsed / size), unit)
  // Vietnamese has "Hôm qua", which stands inside a sentence here.
  return words.charAt(0).toLocaleLowerCase(locale) + words.slice(1)
}

/** Date and time in the local way, in UTC because the visitor's zone is unknown. */
export function formatMoment(locale: Locale, moment: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(new Date(moment))
}

/** How the providers call themselves. */
export const PROVIDER_TITLES: Record<string, string> = {
  monpay: 'MonPay',
  zalopay: 'ZaloPay',
  moneypools: 'MoneyPools',
}

/** A letter, digit, sign or emoji that shows; Unicode's Hangul fillers are letters and show nothing. */
const VISIBLE = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{P}\p{S}]/u

/** The letter that stands for a picture. */
export function initialOf(name: string): string {
  return VISIBLE.exec(name)?.[0] ?? ''
}

/** How many letters of a text that somebody else wrote are shown. */
const SHOWN = 80

/**
 * A text that somebody else wrote, for one line of a page: without the marks that turn the text
 * around it too (Unicode's embeddings, overrides and isolates), and not longer than a page can bear.
 */
export function showText(text: string): string {
  const letters = Array.from(text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, ''))
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : letters.join('')
}

/** The name that a provider told, as it told it; without a visible one, whose user this is. */
export function formatName(
  locale: Locale,
  { display_name: name, provider }: { display_name: string; provider: string },
): string {
  const title = PROVIDER_TITLES[provider] ?? ''
  if (VISIBLE.test(name)) return showText(name)
  return translate(locale, 'account.nameless', { provider: title })
}

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

/** The text of `key` with values for its `{placeholders}`. The page escapes the whole text. */
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

/** How long ago a moment was, in words. This needs no time zone. */
export function formatAgo(locale: Locale, moment: string, now = Date.now()): string {
  const elapsed = Date.parse(moment) - now
  const found = UNITS.find(([, ms]) => Math.abs(elapsed) >= ms)
  if (!found) return translate(locale, 'ago.now')
  const [unit, size] = found
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const words = format.format(Math.trunc(elapsed / size), unit)
  // Intl gives "Hôm qua" in Vietnamese. Inside a sentence it needs a small letter.
  return words.charAt(0).toLocaleLowerCase(locale) + words.slice(1)
}

/**
 * Date and time as the language writes them, in UTC, because the visitor's time zone is unknown.
 */
export function formatMoment(locale: Locale, moment: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(new Date(moment))
}

/** The providers' own names. */
export const PROVIDER_TITLES: Record<string, string> = {
  monpay: 'MonPay',
  zalopay: 'ZaloPay',
  moneypools: 'MoneyPools',
}

/**
 * A visible letter, digit, sign or emoji. Unicode's Hangul fillers are letters, but not visible.
 */
const VISIBLE = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{P}\p{S}]/u

/** The letter that is shown in place of a picture. */
export function initialOf(name: string): string {
  return VISIBLE.exec(name)?.[0] ?? ''
}

/** How many letters are shown of a text that comes from outside. */
const SHOWN = 80

/**
 * A text that comes from outside, for one line of a page. It is cut to a length that fits, and has
 * no marks that change the direction of the text around it (Unicode's embeddings, overrides,
 * isolates).
 */
export function showText(text: string): string {
  const letters = Array.from(text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, ''))
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : letters.join('')
}

/** The name exactly as the provider gave it. Without a visible name: `MonPay user`, for example. */
export function formatName(
  locale: Locale,
  { display_name: name, provider }: { display_name: string; provider: string },
): string {
  const title = PROVIDER_TITLES[provider] ?? ''
  if (VISIBLE.test(name)) return showText(name)
  return translate(locale, 'account.nameless', { provider: title })
}

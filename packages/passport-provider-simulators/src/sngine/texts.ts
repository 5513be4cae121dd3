import { last, type Visit } from '../http.js'
import type { SngineBehaviour } from './options.js'

/** What the site says in one language. */
export interface Texts {
  moduleOff: string
  unknownApp: string
  genders: Record<string, string>
}

const ENGLISH: Texts = {
  moduleOff: 'The developers module has been disabled by the admin',
  unknownApp: "The application you are trying to access doesn't exist or has been disabled",
  genders: {},
}

const LANGUAGES: Record<string, Texts> = {
  en_us: ENGLISH,
  ru_ru: {
    moduleOff: 'Раздел для разработчиков отключён администратором',
    unknownApp: 'Приложение не существует или отключено',
    genders: { Male: 'Мужской', Female: 'Женский', Other: 'Другой' },
  },
  vi_vn: {
    moduleOff: 'Quản trị viên đã tắt mục dành cho nhà phát triển',
    unknownApp: 'Ứng dụng không tồn tại hoặc đã bị tắt',
    genders: { Male: 'Nam', Female: 'Nữ', Other: 'Khác' },
  },
}

/** The site's own texts in a language; English when it has none in that language. */
export function readTexts(lang: string): Texts {
  return LANGUAGES[lang] ?? ENGLISH
}

/** Texts in the request's language: `lang`, `x-lang`, `Accept-Language` if enabled, or the site's. */
export function findTexts({ query, headers }: Visit, behaviour: SngineBehaviour): Texts {
  const asked = last(query, 'lang') ?? headers['x-lang']
  if (typeof asked === 'string') return readTexts(asked)
  const accepted = headers['accept-language']?.slice(0, 2).toLowerCase()
  const spoken = Object.keys(LANGUAGES).find((language) => language.slice(0, 2) === accepted)
  return readTexts((behaviour.acceptLanguage ? spoken : undefined) ?? behaviour.lang)
}

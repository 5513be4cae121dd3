import type { Visit } from '../http.js'
import { last } from '../http.js'
import type { SngineBehaviour } from './options.js'

interface Texts {
  moduleOff: string
  unknownApp: string
  genders: Record<string, string>
}

const LANGUAGES: Record<string, Texts> = {
  en_us: {
    moduleOff: 'The developers module has been disabled by the admin',
    unknownApp: "The application you are trying to access doesn't exist or has been disabled",
    genders: {},
  },
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
  return LANGUAGES[lang] ?? LANGUAGES.en_us ?? { moduleOff: '', unknownApp: '', genders: {} }
}

/** The request's language: `lang` parameter, `x-lang` header, `Accept-Language` if enabled, the site's own. */
export function findLanguage({ query, headers }: Visit, behaviour: SngineBehaviour): string {
  const asked = last(query, 'lang') ?? headers['x-lang']
  if (typeof asked === 'string') return asked
  const accepted = headers['accept-language']?.slice(0, 2).toLowerCase()
  const spoken = Object.keys(LANGUAGES).find((language) => language.slice(0, 2) === accepted)
  return (behaviour.acceptLanguage ? spoken : undefined) ?? behaviour.lang
}

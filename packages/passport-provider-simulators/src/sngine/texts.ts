import type { Visit } from '../http.js'
import { single } from '../http.js'

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

/** The request's language: `lang` parameter, `x-lang` header, then the site's own. */
export function findLanguage(visit: Visit, siteLanguage: string): string {
  const header = visit.headers['x-lang']
  return single(visit.query, 'lang') ?? (typeof header === 'string' ? header : siteLanguage)
}

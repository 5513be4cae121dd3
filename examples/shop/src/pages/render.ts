import { Eta } from 'eta'
import type { Request, RequestHandler, Response } from 'express'
import { PROVIDER_NAMES, type Config } from '../settings.js'
import { formToken } from '../protect/require.js'
import {
  formatAgo,
  formatMoment,
  formatName,
  initialOf,
  isLocale,
  LANGUAGES,
  PROVIDER_TITLES,
  showText,
  texts,
  translate,
  type Locale,
  type TextKey,
} from './texts.js'

/** Writes a page: the view's name, and what it shows. */
export type Render = (req: Request, res: Response, view: string, data?: object) => void

/** Pages from the views of a folder; everything in a view is escaped (`<%= %>`). */
export function createRenderer(config: Config, views: string): Render {
  const eta = new Eta({ views, cache: true, autoEscape: true })
  return (req, res, view, data = {}) => {
    const locale = localeOf(res)
    const html = eta.render(view, {
      ...data,
      locale,
      languages: LANGUAGES,
      t: (key: TextKey, values?: Record<string, string>) => translate(locale, key, values),
      name: (row: { display_name: string; provider: string }) => formatName(locale, row),
      initial: initialOf,
      show: showText,
      ago: (moment: string) => formatAgo(locale, moment),
      moment: (moment: string) => formatMoment(locale, moment),
      titles: PROVIDER_TITLES,
      providers: PROVIDER_NAMES.filter((name) => config.providers[name]),
      demo: config.demo,
      user: req.user,
      nonce: res.locals['nonce'],
      // Where a change of language leads: not to a failed callback, and never with its code.
      here: req.method === 'GET' && view !== 'message' ? req.path : '/',
      csrf: () => formToken(req),
    })
    res.set('Cache-Control', 'no-store').type('html').send(html)
  }
}

/** Chooses the language: what the visitor picked, else what the browser asks for, else English. */
export const chooseLanguage: RequestHandler = (req, res, next) => {
  const picked = /(?:^|;\s*)lang=(\w+)/.exec(req.headers.cookie ?? '')?.[1]
  const locale = isLocale(picked) ? picked : req.acceptsLanguages(Object.keys(texts))
  res.locals['locale'] = isLocale(locale) ? locale : 'en'
  res.set('Content-Language', localeOf(res)).vary('Accept-Language').vary('Cookie')
  next()
}

/** The language of this answer. */
export function localeOf(res: Response): Locale {
  const locale: unknown = res.locals['locale']
  return isLocale(locale) ? locale : 'en'
}

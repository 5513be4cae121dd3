import { Eta } from 'eta'
import type { Request, RequestHandler, Response } from 'express'
import { PROVIDER_NAMES, type Config } from '../settings.js'
import { readCookie } from '../login/session.js'
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

/** Sends a page, made of a view's name and its data. */
export type Render = (req: Request, res: Response, view: string, data?: object) => void

/** Makes pages from the views in a folder. `<%= %>` escapes every value. */
export function createRenderer(config: Config, views: string): Render {
  const eta = new Eta({ views, cache: true, autoEscape: true })
  return (req, res, view, data = {}) => {
    const locale = localeOf(res)
    const html = eta.render(view, {
      // The page after a change of language: never a failed callback, and never with a code.
      here: req.method === 'GET' && view !== 'message' ? req.path : '/',
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
      csrf: () => formToken(req),
    })
    res.type('html').send(html)
  }
}

/** Chooses the language: the visitor's choice, else the browser's language, else English. */
export const chooseLanguage: RequestHandler = (req, res, next) => {
  const picked = readCookie(req, 'lang')
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

import type { Settings } from '../options.js'
import type { CommonOptions, Simulator } from '../simulator.js'

/** A row of Sngine's user table, as the user typed it; the API escapes it and sends only texts. */
export interface SngineUser {
  user_id: number
  user_name: string
  user_email: string
  user_firstname: string
  user_lastname?: string | null
  /** `Male`, `Female` and `Other` are translated to the request's language; null is `N/A`. */
  user_gender?: string | null
  /** `YYYY-MM-DD`. */
  user_birthdate?: string | null
  /** Path below the uploads folder. */
  user_picture?: string | null
  user_cover?: string | null
  /** `YYYY-MM-DD hh:mm:ss`, UTC. */
  user_registered?: string
  user_verified?: 0 | 1
  user_relationship?: string | null
  user_biography?: string | null
  user_website?: string | null
  /** The account was deleted: its token is answered with an empty array. */
  deleted?: boolean
}

/** The behaviour of a Sngine site. */
export interface SngineBehaviour {
  /** The developers module is switched off by the admin; default false. */
  moduleOff: boolean
  /** Every address answers an HTML page with HTTP 200; default false. */
  offline: boolean
  /** Treats every request as a request to another host than the site's own; default false. */
  nonCanonical: boolean
  /** The site's own language; default `en_us`. */
  lang: string
  /** Whether `Accept-Language` chooses the language when nothing else does; default false. */
  acceptLanguage: boolean
  /** Whether numbers are texts, as PHP reads them from its database; default `text`. */
  values: 'text' | 'typed'
  /**
   * `fixed` is 3.10 and later; `always-default` is the bug of older sites; `absent` leaves out both
   * `profile_*`.
   */
  profilePictures: 'fixed' | 'always-default' | 'absent'
  /** The address of the uploads folder; default a folder of the site itself. */
  uploadsURL: string | undefined
  /** Fields of a modified site, added to every `user_info`. */
  extraFields: Record<string, unknown>
}

/** Options of `startSngine`. */
export interface SngineOptions extends CommonOptions, Partial<SngineBehaviour> {
  users?: SngineUser[]
  /**
   * `4.4` reads the token request from a POST form only, `3.13` from the query only; default `4.4`.
   */
  version?: '3.13' | '4.4'
  /** Folder that the site is installed in, like `/community`; default none. */
  basePath?: string
}

export const SETTINGS: Settings<SngineBehaviour> = {
  moduleOff: [false, Boolean],
  offline: [false, Boolean],
  nonCanonical: [false, Boolean],
  lang: ['en_us', String],
  acceptLanguage: [false, Boolean],
  values: ['text', 'typed'],
  profilePictures: ['fixed', 'always-default', 'absent'],
  uploadsURL: [undefined, String],
  extraFields: [{}, Object],
}

/** Options that do not change while the site runs. */
export const FIXED = { version: ['3.13', '4.4'], basePath: [String] }

/** A running Sngine site. */
export interface SngineSimulator extends Simulator {
  readonly version: '3.13' | '4.4'
  readonly users: SngineUser[]
  /** The site's behaviour; can be changed at any time. */
  readonly behaviour: SngineBehaviour
  /** Issues a key for a user, by default the first user; the user's earlier key becomes invalid. */
  issueKey(user?: SngineUser): string
  /** The URL of the redirect: the registered URL as Sngine stores it, and `?auth_key=…`. */
  redirectURL(key: string): string
}

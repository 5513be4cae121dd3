import { CALLBACK_PATH, nextCode } from './application.mjs'

/** The callback of RFC 6749 section 4.1.2, for the start that led to `location`. */
export function standardCallback(location) {
  const state = new URL(location).searchParams.get('state')
  return { url: `${CALLBACK_PATH}?${new URLSearchParams({ code: nextCode(), state })}` }
}

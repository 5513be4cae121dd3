// The application's side, the same for everyone.
export const CLIENT_ID = '184467440737'
export const CLIENT_SECRET = 'f3b1c2d4e5a697887766554433221100'
export const SITE = 'https://shop.example'
export const CALLBACK_PATH = '/auth/login/callback'
export const CALLBACK_URL = `${SITE}${CALLBACK_PATH}`

let issued = 0

/** A code that no login has used: 40 hexadecimal digits. */
export function nextCode() {
  return `${'c0de'.repeat(8)}${(issued++).toString(16).padStart(8, '0')}`
}

/** True where each input and each combination is tried: `npm run test:long`, and so CI. */
export const isLong = 'IS_LONG' in globalThis

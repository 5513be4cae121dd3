/** True if each input and each combination is tested: in `npm run test:long`, and so in CI. */
export const isLong = 'IS_LONG' in globalThis

// Slow test files start first. In a new clone Jest knows no times, and would start with the longest
// files.
const { default: Sequencer } = require('@jest/test-sequencer')

/** Which paths are slow, the slowest first. */
const SLOW = [
  /browser(\.test\.ts|\/)/,
  /faults\/(matrix|memory)/,
  /test\/(properties|attacks|stores)/,
  /test\/(faults|once|frame|failures)/,
]

const rank = ({ path }) => {
  const found = SLOW.findIndex((pattern) => pattern.test(path))
  return found < 0 ? SLOW.length : found
}

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other))
  }
}

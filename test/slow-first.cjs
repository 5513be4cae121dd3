// Files that take seconds start first: in a fresh clone Jest knows no times and begins with the longest texts.
const { default: Sequencer } = require('@jest/test-sequencer')

/** What a file's path says of its cost, the most expensive first. */
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

// A test environment that runs no more tests after the first failure: the mutant is killed.
const { createRequire } = require('node:module')

// jest's own environment, which the root does not depend on by itself
const path = ['jest', '@jest/core', 'jest-config'].reduce(
  (from, name) => createRequire(from).resolve(name),
  __filename,
)
const { TestEnvironment } = createRequire(path)('jest-environment-node')

module.exports = class extends TestEnvironment {
  async handleTestEvent(event, state) {
    await super.handleTestEvent?.(event, state)
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.hasFailed = true
    if (!this.hasFailed) return
    if (event.name === 'test_start') event.test.mode = 'skip'
    // without what the environment starts before its tests
    if (event.name === 'run_describe_start') event.describeBlock.mode = 'skip'
  }
}

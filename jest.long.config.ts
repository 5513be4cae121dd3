/** @jest-config-loader esbuild-register */
import config from './jest.config'

export default {
  ...config,
  testMatch: [
    '<rootDir>/packages/passport-code-flow/test/{properties,attacks}/*.test.ts',
    '<rootDir>/packages/passport-code-flow/test/faults/memory.test.ts',
  ],
  globals: { IS_LONG: true },
}

/** @jest-config-loader esbuild-register */
import config from './jest.config'

export default {
  ...config,
  testMatch: ['<rootDir>/packages/passport-code-flow/test/{properties,attacks,faults}/*.test.ts'],
  globals: { IS_LONG: true },
}

/** @jest-config-loader esbuild-register */
import config from './jest.config'

export default {
  ...config,
  testMatch: ['<rootDir>/packages/passport-code-flow/test/properties/*.test.ts'],
  globals: { EVERY_INPUT: true },
}

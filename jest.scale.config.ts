/** @jest-config-loader esbuild-register */
import config from './jest.config'

export default {
  ...config,
  testMatch: ['<rootDir>/examples/shop/test/scale/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
}

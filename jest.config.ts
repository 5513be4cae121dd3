/** @jest-config-loader esbuild-register */
import type { Config } from 'jest'

const config: Config = {
  testEnvironment: 'node',
  // the second one says what was not tested
  reporters: ['default', '<rootDir>/test/not-tested.cjs'],
  testSequencer: '<rootDir>/test/slow-first.cjs',
  setupFiles: ['<rootDir>/test/async-storages.cjs'],
  // by default Jest leaves one core free, which is half of two cores
  maxWorkers: '100%',
  // long, because a busy machine is no failure; the deadlines in the code are much shorter
  testTimeout: 60_000,
  testMatch: ['<rootDir>/packages/*/test/**/*.test.ts', '<rootDir>/examples/*/test/**/*.test.ts'],
  // many processes of the example: jest.scale.config.ts
  testPathIgnorePatterns: ['/node_modules/', '/test/scale/'],
  // copies of the sources, while mutation tests run
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
  transform: {
    '^.+\\.[cm]?ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          // as in Nest
          transform: { legacyDecorator: true },
        },
        // keeps import(), for packages that are only ES modules
        module: { type: 'commonjs', ignoreDynamic: true },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    // the sources import each other with the ending .js, as Node needs
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // workspace packages run from their sources, so no build is needed before the tests
    '^passport-zalopay-pkce/browser$': '<rootDir>/packages/passport-zalopay-pkce/src/browser.ts',
    '^(passport-(?:code-flow|monpay|zalopay-pkce|moneypools|provider-simulators))$':
      '<rootDir>/packages/$1/src/index.ts',
  },
  collectCoverageFrom: ['<rootDir>/packages/*/src/**/*.ts'],
  coverageProvider: 'v8',
}

export default config

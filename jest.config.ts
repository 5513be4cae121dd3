/** @jest-config-loader esbuild-register */
import type { Config } from 'jest'

const config: Config = {
  testEnvironment: 'node',
  // the second says what was not tested
  reporters: ['default', '<rootDir>/test/not-tested.cjs'],
  testSequencer: '<rootDir>/test/slow-first.cjs',
  setupFiles: ['<rootDir>/test/async-storages.cjs'],
  // Jest's default leaves one core alone, which on two cores is half of them
  maxWorkers: '100%',
  // a busy machine is no failure; deadlines of the code itself are far shorter
  testTimeout: 60_000,
  testMatch: ['<rootDir>/packages/*/test/**/*.test.ts', '<rootDir>/examples/*/test/**/*.test.ts'],
  // many processes of the example: jest.scale.config.ts
  testPathIgnorePatterns: ['/node_modules/', '/test/scale/'],
  // copies of the sources, while a mutation run is under way
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
  transform: {
    '^.+\\.[cm]?ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          // as Nest has them
          transform: { legacyDecorator: true },
        },
        // import() of packages that are only ES modules stays import()
        module: { type: 'commonjs', ignoreDynamic: true },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    // sources are imported with the .js ending that Node wants
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // workspace packages run from their sources: no build before the tests
    '^passport-zalopay-pkce/browser$': '<rootDir>/packages/passport-zalopay-pkce/src/browser.ts',
    '^(passport-(?:code-flow|monpay|zalopay-pkce|moneypools|provider-simulators))$':
      '<rootDir>/packages/$1/src/index.ts',
  },
  collectCoverageFrom: ['<rootDir>/packages/*/src/**/*.ts'],
  coverageProvider: 'v8',
}

export default config

// Mutation tests of one package at a time: node scripts/mutate.mjs (docs/how-it-is-tested.md).
const name = process.env.MUTATE_PACKAGE ?? 'passport-code-flow'
const sources = {
  // all files except texts and types
  'passport-code-flow': [
    '**/*.ts',
    '!{index,provider,authenticate-options}.ts',
    '!login/verify-types.ts',
    '!messages/*.ts',
  ],
}

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.ts',
    enableFindRelatedTests: false,
    config: {
      testMatch: ['<rootDir>/scripts/mutation/all.test.cjs'],
      testEnvironment: './scripts/mutation/environment.cjs',
      testTimeout: 10_000,
    },
  },
  // rewriting one needs the compiler's API, which TypeScript 7 does not have
  tsconfigFile: 'none',
  coverageAnalysis: 'perTest',
  mutate: (sources[name] ?? ['{entities,profile,provider}.ts']).map((pattern) =>
    pattern.replace(/^!?/, (not) => `${not}packages/${name}/src/`),
  ),
  // what is not copied into the sandbox
  ignorePatterns: ['examples', 'dist', '.changeset', 'packages/benchmarks'],
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `node_modules/.cache/mutation/${name}.json` },
  allowEmpty: true,
}

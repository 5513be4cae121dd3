/**
 * Groups tests that need a program or a server. If it is not there, `missing` says why. Then the
 * tests count as skipped and their titles say so. With `CI=true` that is a failure.
 */
export function describeUnless(
  missing: string | undefined,
  title: string,
  tests: () => void,
): void {
  if (missing === undefined) {
    describe(title, tests)
    return
  }
  describe.skip(`NOT TESTED (${missing}): ${title}`, tests)
  if (process.env.CI === 'true') {
    it(`${title}: ${missing}`, () => {
      throw new Error(missing)
    })
  }
}

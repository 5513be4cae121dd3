/**
 * Groups tests that need a program or a server. Where `missing` says why it is not there, they count
 * as skipped and their titles say so; with `CI=true` that is a failure.
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

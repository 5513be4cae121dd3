import { findBroken } from './support/invariants'
import { describeMany } from './support/many'
import { start, Browser, consent, finish, logIn, nameOf } from './support/people'

const ROUNDS = 25

describeMany('four processes', { processes: 4 }, (many) => {
  it('make one account of first logins of one person at the same time', async () => {
    const { running, providers, sql } = many()
    for (let person = 1; person <= ROUNDS; person += 1) {
      const logins = running.map(async ({ url }) => {
        const browser = new Browser()
        const callback = await start('monpay', browser, url, providers, person)
        return (await finish(browser, url, callback)).status
      })
      expect(await Promise.all(logins)).toEqual([303, 303, 303, 303])
    }
    const { rows } = await sql.query(
      `SELECT count(*)::int AS identities, count(DISTINCT user_id)::int AS users
       FROM identities WHERE provider = 'monpay'`,
    )
    expect(rows).toEqual([{ identities: ROUNDS, users: ROUNDS }])
    expect(await findBroken(many())).toEqual([])
  }, 120_000)

  it('link an account at ZaloPay to one of the users who ask for it at the same time', async () => {
    const { running, providers } = many()
    for (let round = 0; round < ROUNDS; round += 1) {
      const rivals = await Promise.all(
        running.map(async ({ url }, index) => {
          const browser = new Browser()
          await logIn('moneypools', browser, url, providers, 4 * round + index + 1)
          const form = { provider: 'zalopay' }
          const started = await browser.submit(url, '/account', '/account/link', form)
          return { browser, url, callback: consent('zalopay', started, providers, round + 1) }
        }),
      )
      const answers = rivals.map(({ browser, url, callback }) => finish(browser, url, callback))
      const statuses = (await Promise.all(answers)).map(({ status }) => status)
      expect(statuses.sort((one, other) => one - other)).toEqual([303, 409, 409, 409])
    }
    expect(await findBroken(many())).toEqual([])
  }, 120_000)

  it('cannot give an identity a second owner, whatever writes to the database', async () => {
    const { sql, front, providers } = many()
    const browser = new Browser()
    await logIn('zalopay', browser, front.url, providers, 1)
    expect(await browser.account(front.url)).toContain(nameOf(1))
    const copies = `INSERT INTO identities
      SELECT 'copy', user_id, provider, site, subject, display_name,
        picture, email, phone, created_at, last_login_at FROM identities LIMIT 1`
    await expect(sql.query(copies)).rejects.toThrow('identities_subject')
  })
})

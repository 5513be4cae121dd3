import { findBroken } from './support/invariants'
import { describeMany } from './support/many'

const ROUNDS = 25

describeMany('four processes', { processes: 4 }, (many) => {
  it('make one account of first logins of one person at the same time', async () => {
    const { running, sql, person } = many()
    for (let number = 1; number <= ROUNDS; number += 1) {
      const answers = await Promise.all(
        running.map(({ url }) => person(number).logIn('monpay', url)),
      )
      expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
    }
    const { rows } = await sql.query(
      `SELECT count(*)::int AS identities, count(DISTINCT user_id)::int AS users
       FROM identities WHERE provider = 'monpay'`,
    )
    expect(rows).toEqual([{ identities: ROUNDS, users: ROUNDS }])
    expect(await findBroken(many())).toEqual([])
  }, 120_000)

  it('link an account at ZaloPay to one of the users who ask for it at the same time', async () => {
    const { running, person } = many()
    for (let round = 0; round < ROUNDS; round += 1) {
      const rivals = await Promise.all(
        running.map(async ({ url }, index) => {
          const rival = person(4 * round + index + 1)
          await rival.logIn('moneypools', url)
          const form = { provider: 'zalopay' }
          const started = await rival.submit(url, '/account', '/account/link', form)
          const callback = person(round + 1).agree('zalopay', started)
          return () => rival.finish(url, callback)
        }),
      )
      const answers = await Promise.all(rivals.map((comeBack) => comeBack()))
      const statuses = answers.map(({ status }) => status)
      expect(statuses.sort((one, other) => one - other)).toEqual([303, 409, 409, 409])
    }
    expect(await findBroken(many())).toEqual([])
  }, 120_000)

  it('cannot give an identity a second owner, whatever writes to the database', async () => {
    const { sql, front, person } = many()
    const someone = person(1)
    await someone.logIn('zalopay', front.url)
    expect(await someone.account(front.url)).toContain(someone.name)
    const copies = `INSERT INTO identities
      SELECT 'copy', user_id, provider, site, subject, display_name,
        picture, email, phone, created_at, last_login_at FROM identities LIMIT 1`
    await expect(sql.query(copies)).rejects.toThrow('identities_subject')
  })
})

import { get } from 'node:http'
import { listen } from '../../../../test/server'
import { startSite } from '../support/site'

/** Status of an address. */
function open(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    }).on('error', reject)
  })
}

it('A80 two hundred logins with a dead provider keep nobody else waiting', async () => {
  const site = await startSite()
  const { url: base, close } = await listen(site.app)
  const { monpay } = site.simulators
  monpay.misbehave('silence')
  let over = 0
  const logins = Array.from({ length: 200 }, async () => {
    const status = await open(`${base}/auth/monpay?code=${monpay.issueCode()}`)
    over++
    return status
  })
  while (monpay.requests.length < 200) await new Promise(setImmediate)
  expect(await open(`${base}/healthz`)).toBe(200)
  expect(await open(`${base}/`)).toBe(200)
  // all of them were still waiting
  expect(over).toBe(0)
  const sent = new Set(monpay.requests.map(({ form }) => String(form?.['code'])))
  expect(sent.size).toBe(200)
  await monpay.close()
  expect(new Set(await Promise.all(logins))).toEqual(new Set([502]))
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout')
  expect(timers.length).toBeLessThan(50)
  await close()
  await site.close()
})

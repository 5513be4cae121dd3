import type { Request, Response } from 'express'
import { createBreaker } from '../src/protect/limits.js'

it('allows one call after each pause, until one succeeds', () => {
  let time = 0
  const breaker = createBreaker({ limit: 2, pauseMs: 2000, now: () => time })
  const ask = () => {
    let end = ''
    const guard = breaker.guard((seconds) => () => void (end = `refused for ${seconds} s`))
    guard({} as Request, {} as Response, () => (end = 'called'))
    return end
  }
  breaker.record(false)
  expect(ask()).toBe('called')
  breaker.record(false)
  expect(ask()).toBe('refused for 2 s')
  time = 2000
  // refused while the one call is made, and also when that call never ends
  expect([ask(), ask()]).toEqual(['called', 'refused for 2 s'])
  time = 4000
  expect(ask()).toBe('called')
  // the call was not made
  breaker.record(undefined)
  expect(ask()).toBe('called')
  breaker.record(true)
  expect([ask(), ask()]).toEqual(['called', 'called'])
})

import { Deadline } from '../src/deadline.js'
import { Problem } from '../src/errors.js'

let deadline: Deadline

afterEach(() => {
  deadline.clear()
  jest.useRealTimers()
})

const never = new Promise<never>(() => {})

it('ends for the first reason, and tells it to whoever waits or comes later', async () => {
  deadline = new Deadline(60_000)
  const waiting = deadline.bound(never)
  deadline.end(new Problem('network', 'gone'))
  deadline.end(new Problem('timeout', 'late'))
  await expect(waiting).rejects.toMatchObject({ code: 'network' })
  await expect(deadline.bound(never)).rejects.toMatchObject({ code: 'network' })
})

it('ends by itself with timeout, and says after how long', async () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  const waiting = deadline.bound(never)
  jest.advanceTimersByTime(300)
  await expect(waiting).rejects.toMatchObject({ code: 'timeout', message: 'no end within 300 ms' })
})

it('gives the whole time again', async () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  const ended = jest.fn()
  deadline.onEnd(ended)
  jest.advanceTimersByTime(200)
  deadline.restart()
  jest.advanceTimersByTime(299)
  expect(ended).not.toHaveBeenCalled()
  jest.advanceTimersByTime(1)
  expect(ended).toHaveBeenCalledTimes(1)
})

it('tells nobody who has stopped listening, or whose work is done', async () => {
  deadline = new Deadline(60_000)
  const told = jest.fn()
  deadline.onEnd(told)()
  expect(await deadline.bound(Promise.resolve('done'))).toBe('done')
  await expect(deadline.bound(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  deadline.end(new Problem('network', 'gone'))
  expect(told).not.toHaveBeenCalled()
})

it('never ends once it is cleared', () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  const ended = jest.fn()
  deadline.onEnd(ended)
  deadline.clear()
  jest.advanceTimersByTime(10_000)
  expect(ended).not.toHaveBeenCalled()
})

import { Deadline } from '../../src/net/deadline.js'
import { LoginStopped } from '../../src/errors.js'

let deadline: Deadline

afterEach(() => {
  deadline.end()
  jest.useRealTimers()
})

const never = new Promise<never>(() => {})

it('ends for the first reason, and tells it to whoever waits or comes later', async () => {
  deadline = new Deadline(60_000)
  const waiting = deadline.bound(never)
  deadline.end(new LoginStopped('network', 'gone'))
  deadline.end(new LoginStopped('timeout', 'late'))
  await expect(waiting).rejects.toMatchObject({ code: 'network' })
  await expect(deadline.bound(never)).rejects.toMatchObject({ code: 'network' })
})

it('ends by itself with timeout, and says after how long', async () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  const waiting = deadline.bound(never)
  jest.advanceTimersByTime(300)
  const message = 'there was no answer within 300 ms, the time that the option timeout gives'
  await expect(waiting).rejects.toMatchObject({ code: 'timeout', message })
})

it('gives the whole time again', async () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  const ended = jest.fn()
  deadline.listen(ended)
  jest.advanceTimersByTime(200)
  deadline.restart()
  jest.advanceTimersByTime(299)
  expect(ended).not.toHaveBeenCalled()
  jest.advanceTimersByTime(1)
  expect(ended).toHaveBeenCalledTimes(1)
})

it('starts no timer after its end: the process would not end in time', () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  deadline.end()
  deadline.restart()
  expect(jest.getTimerCount()).toBe(0)
})

it('tells each listener once, in their order', () => {
  deadline = new Deadline(60_000)
  const told: string[] = []
  deadline.listen(() => told.push('one'))
  deadline.listen(() => told.push('other'))
  deadline.end(new LoginStopped('network', 'gone'))
  deadline.end()
  expect(told).toEqual(['one', 'other'])
})

it('leaves alone the work that is done in time', async () => {
  deadline = new Deadline(60_000)
  const done = deadline.bound(Promise.resolve('done'))
  const broken = deadline.bound(Promise.reject(new Error('broken')))
  await expect(broken).rejects.toThrow('broken')
  deadline.end(new LoginStopped('network', 'gone'))
  expect(await done).toBe('done')
})

it('has no timeout once it has ended, and needs no reason', () => {
  jest.useFakeTimers()
  deadline = new Deadline(300)
  const ended = jest.fn()
  deadline.listen(ended)
  deadline.end()
  jest.advanceTimersByTime(10_000)
  expect(ended.mock.calls).toMatchObject([[{ code: 'network', message: 'the login has ended' }]])
})

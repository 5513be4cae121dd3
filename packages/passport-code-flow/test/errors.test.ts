import { LoginError } from '../src/index.js'

const AT = { strategy: 'acme', clientID: 'app', step: 'token' } as const
const error = new LoginError('network', 'x', AT)

/** The class of a second installed copy of the package. */
function loadAgain(): typeof LoginError {
  let copy: typeof LoginError | undefined
  jest.isolateModules(() => {
    copy = (require('../src/index.js') as { LoginError: typeof LoginError }).LoginError
  })
  return copy!
}

it('an error of one installed copy is a LoginError of every other copy', () => {
  const Again = loadAgain()
  expect(Again).not.toBe(LoginError)
  expect(error instanceof Again).toBe(true)
  expect(new Again('network', 'x', AT) instanceof LoginError).toBe(true)
})

const OTHERS = [undefined, null, 'network', 502, {}, new Error('x'), () => error]

it.each([...OTHERS, { name: 'LoginError', code: 'network' }])('%p is no LoginError', (value) =>
  expect((value as object) instanceof LoginError).toBe(false),
)

it('a class that extends LoginError knows only its own errors', () => {
  class Own extends LoginError {}
  const own = new Own('network', 'x', AT)
  expect([own, error].map((one) => one instanceof Own)).toEqual([true, false])
  expect(own instanceof LoginError).toBe(true)
})

it('names itself, and an application may change the name', () => {
  expect(Object.assign(new LoginError('network', 'x', AT), { name: 'Mine' }).name).toBe('Mine')
  expect(error).toMatchObject({ name: 'LoginError', message: 'acme: x', status: 502 })
})

import { createServer } from 'node:http'
import { findFreePort } from '../../../packages/passport-code-flow/test/support/programs'
import { hear } from '../../../packages/passport-code-flow/test/support/services'
import { closeAll, keep } from '../../../test/keep'
import { buildExample, endOf, start } from '../../../test/program'
import { listen } from '../../../test/server'

afterEach(closeAll)

it.each([
  ['express', 'simulated'],
  ['fastify', 'server'],
  ['koa', 'server'],
  ['nestjs', 'server'],
  ['cookie-session', 'server'],
])(
  '%s says in one line that its port is taken, and starts when it is free',
  async (name, entry) => {
    const program = await buildExample(name, entry)
    const port = await findFreePort()
    const { close } = await keep(listen(createServer(), 'localhost', port))
    const PORT = String(port)
    const said = `Port ${port} is taken. Use another one: PORT=3100 before the same command\n`
    expect(await endOf(start(program, { PORT }))).toEqual([1, said])
    await close()
    const child = start(program, { PORT })
    await keep({ close: () => child.kill('SIGKILL') })
    const url = `http://localhost:${port}`
    await hear(child, `${url}; MonPay's phone: http://127.0.0.1:`)
    expect((await fetch(url)).status).toBe(200)
  },
)

it.each(['shop', '0', '65536'])('says what PORT must be when it is "%s"', async (PORT) => {
  const program = await buildExample('koa')
  const said = 'PORT must be a number from 1 to 65535\n'
  expect(await endOf(start(program, { PORT }))).toEqual([1, said])
})

import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { closeAll, keep } from '../../../test/keep'
import { endOf, start } from '../../../test/program'
import { listen } from '../../../test/server'
import { hear } from '../../passport-code-flow/test/support/services'

// Two folders deep like the compiled files, so that the assets are found.
const FOLDER = join(__dirname, '..', 'reports', 'cli')
const CLI = join(FOLDER, 'cli.js')

beforeAll(() => {
  const entry = join(__dirname, '..', 'src', 'cli.ts')
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', outfile: CLI })
})

afterEach(closeAll)
afterAll(() => rmSync(FOLDER, { recursive: true }))

/** How the command ends, and all that it has said. */
const run = (...options: string[]) => endOf(start(CLI, {}, ...options))

const FREE_PORTS = ['--monpay-port', '0', '--zalopay-port', '0', '--sngine-port', '0']

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

it.each(SIGNALS)('prints settings, serves, and stops on %s', async (signal) => {
  const command = start(CLI, {}, ...FREE_PORTS, '--sngine-version', '3.13')
  await keep({ close: () => command.kill('SIGKILL') })
  const output = await hear(command, 'Ctrl+C')
  const setting = (name: string) =>
    new RegExp(`^${name}=(.+)$`, 'm').exec(output)?.[1] ?? `no ${name}`
  for (const provider of ['MONPAY', 'ZALOPAY', 'MONEYPOOLS']) {
    expect(setting(`${provider}_CLIENT_ID`)).not.toMatch(/^no /)
    expect(setting(`${provider}_CLIENT_SECRET`)).not.toMatch(/^no /)
    const answer = await fetch(setting(`${provider}_BASE_URL`))
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('href="http://localhost:3000/"')
  }
  expect(setting('MONPAY_CALLBACK_URL')).toBe('http://localhost:3000/auth/monpay')
  expect(setting('ZALOPAY_CALLBACK_URL')).toBe('http://localhost:3000/auth/zalopay/callback')
  expect(setting('ZALOPAY_USER_INFO_URL')).toMatch(/^http:.*\/simulated\/user-info$/)
  expect(setting('SESSION_SECRET')).toMatch(/^\w{32,}$/)
  expect((await fetch(setting('ZALOPAY_SDK_URL'))).status).toBe(200)
  expect(output).toContain('version 3.13')
  command.kill(signal)
  expect(await once(command, 'close')).toEqual([0, null])
})

it('explains its options with --help', async () => {
  const [status, output] = await run('--help')
  expect(status).toBe(0)
  for (const option of ['--monpay-port', '--zalopay-port', '--sngine-port', '--sngine-version'])
    expect(output).toContain(option)
})

it.each([
  [['--monpay-port', 'x'], '--monpay-port must be a port number'],
  [['--sngine-version', '5'], '--sngine-version must be 3.13 or 4.4'],
  [['--callback-monpay', '/cb', ...FREE_PORTS], '--callback-monpay must be an absolute URL'],
  [['--home', 'shop', ...FREE_PORTS], '--home must be an absolute URL'],
  [['--allow-host', 'a.test:80', ...FREE_PORTS], '--allow-host must be host names without'],
  [['--wrong'], "Unknown option '--wrong'"],
])('ends with 1 and says what is wrong with %j', async (options, message) => {
  expect(await run(...options)).toEqual([1, expect.stringContaining(message)])
})

it('FR173 leads to the application at the origin of its registered URL without --home', async () => {
  const callback = ['--callback-zalopay', 'http://localhost:3100/auth/zalopay/callback']
  const command = start(CLI, {}, ...FREE_PORTS, ...callback)
  await keep({ close: () => command.kill('SIGKILL') })
  const [, url = ''] = /^ZaloPay +(\S+)/m.exec(await hear(command, 'Ctrl+C')) ?? []
  expect(await (await fetch(url)).text()).toContain('href="http://localhost:3100/"')
})

const HELP = '--help lists the options\n'

it.each([
  [['docter'], `Unexpected argument 'docter'. ${HELP}`],
  [['--port', '1'], `Unknown option '--port'. ${HELP}`],
  [['--monpay-port', '-1'], `Option '--monpay-port' argument is ambiguous. ${HELP}`], // FR225
  [['--home'], `Option '--home <value>' argument missing. ${HELP}`],
  [['doctor', 'monpay', '--wrong'], `Unknown option '--wrong'. ${HELP}`],
])('FR171 names the wrong argument and --help, and nothing else, with %j', async (args, said) => {
  expect(await run(...args)).toEqual([1, said])
})

const NAMES = ['monpay', 'zalopay', 'sngine']

it.each(NAMES)('ends with 1 and names the option for a port in use: %s', async (name) => {
  const { port } = await keep(listen((_req, res) => void res.end()))
  const option = `--${name}-port`
  const advice = `${option} chooses another port, and ${option} 0 takes a free port`
  const said = `port ${port} is in use: ${advice}\n`
  expect(await run(...FREE_PORTS, option, String(port))).toEqual([1, said])
})

it('has a doctor, whose exit status says whether something is wrong', async () => {
  const wrong = expect.stringContaining('the base URL is not a URL') as string
  expect(await run('doctor', 'monpay', '--base-url', 'nowhere')).toEqual([1, wrong])
})

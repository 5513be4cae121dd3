import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { listen } from '../../../test/server'

// Two folders deep like the compiled files, so that the assets are found.
const FOLDER = join(__dirname, '..', 'reports', 'cli')
const CLI = join(FOLDER, 'cli.js')

const running: ChildProcess[] = []

beforeAll(() => {
  const entry = join(__dirname, '..', 'src', 'cli.ts')
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', outfile: CLI })
})

afterAll(() => rmSync(FOLDER, { recursive: true }))

afterEach(() => {
  for (const command of running.splice(0)) command.kill('SIGKILL')
})

/** Runs the command from its sources, as the bin does from what is compiled. */
function start(...options: string[]) {
  const command = spawn(process.execPath, [CLI, ...options])
  running.push(command)
  const output = { text: '' }
  for (const stream of [command.stdout, command.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output.text += text
      command.emit('said')
    })
  }
  return { command, output, ended: once(command, 'close') }
}

const FREE_PORTS = ['--monpay-port', '0', '--zalopay-port', '0', '--sngine-port', '0']

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

it.each(SIGNALS)('prints settings, serves, and stops on %s', async (signal) => {
  const { command, output, ended } = start(...FREE_PORTS, '--sngine-version', '3.13')
  while (!output.text.includes('Ctrl+C')) await once(command, 'said')
  const setting = (name: string) =>
    new RegExp(`^${name}=(.+)$`, 'm').exec(output.text)?.[1] ?? `no ${name}`
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
  expect(output.text).toContain('version 3.13')
  command.kill(signal)
  expect(await ended).toEqual([0, null])
})

it('explains its options with --help', async () => {
  const { output, ended } = start('--help')
  expect(await ended).toEqual([0, null])
  for (const option of ['--monpay-port', '--zalopay-port', '--sngine-port', '--sngine-version'])
    expect(output.text).toContain(option)
})

it.each([
  [['--monpay-port', 'x'], '--monpay-port must be a port number'],
  [['--sngine-version', '5'], '--sngine-version must be 3.13 or 4.4'],
  [['--callback-monpay', '/cb', ...FREE_PORTS], '--callback-monpay must be an absolute URL'],
  [['--home', 'shop', ...FREE_PORTS], '--home must be an absolute URL'],
  [['--allow-host', 'a.test:80', ...FREE_PORTS], '--allow-host must be host names without'],
  [['--wrong'], "Unknown option '--wrong'"],
])('ends with 1 and says what is wrong with %j', async (options, message) => {
  const { output, ended } = start(...options)
  expect(await ended).toEqual([1, null])
  expect(output.text).toContain(message)
})

const NAMES = ['monpay', 'zalopay', 'sngine']

it.each(NAMES)('ends with 1 and names the option for a port in use: %s', async (name) => {
  const { port, close } = await listen((_req, res) => void res.end())
  const option = `--${name}-port`
  const { output, ended } = start(...FREE_PORTS, option, String(port))
  expect(await ended).toEqual([1, null])
  const advice = `${option} chooses another port, and ${option} 0 takes a free port`
  expect(output.text).toBe(`port ${port} is in use: ${advice}\n`)
  await close()
})

it('has a doctor, whose exit status says whether something is wrong', async () => {
  const { output, ended } = start('doctor', 'monpay', '--base-url', 'nowhere')
  expect(await ended).toEqual([1, null])
  expect(output.text).toContain('the base URL is not a URL')
})

#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { runDoctor } from './doctor/command.js'
import { randomText } from './ids.js'
import { startMonPay } from './monpay/server.js'
import type { CommonOptions } from './simulator.js'
import { startSngine } from './sngine/server.js'
import { startZaloPay } from './zalopay/server.js'

const HELP = `Usage: passport-provider-simulators [options]
       passport-provider-simulators doctor PROVIDER [options]

Runs a MonPay, a ZaloPay and a Sngine site on 127.0.0.1 until Ctrl+C.

  --monpay-port PORT        default 4101; 0 takes a free port
  --zalopay-port PORT       default 4102
  --sngine-port PORT        default 4103
  --callback-monpay URL     registered URL, default http://localhost:3000/auth/monpay
  --callback-zalopay URL    default http://localhost:3000/auth/zalopay/callback
  --callback-sngine URL     default http://localhost:3000/auth/moneypools/callback
  --home URL                your app, for a link on the pages; default http://localhost:3000/
  --sngine-version VERSION  4.4 (POST token endpoint, default) or 3.13 (GET)
  --help                    this text
`

const OPTIONS = {
  'monpay-port': { type: 'string', default: '4101' },
  'zalopay-port': { type: 'string', default: '4102' },
  'sngine-port': { type: 'string', default: '4103' },
  'callback-monpay': { type: 'string', default: 'http://localhost:3000/auth/monpay' },
  'callback-zalopay': { type: 'string', default: 'http://localhost:3000/auth/zalopay/callback' },
  'callback-sngine': { type: 'string', default: 'http://localhost:3000/auth/moneypools/callback' },
  home: { type: 'string', default: 'http://localhost:3000/' },
  'sngine-version': { type: 'string', default: '4.4' },
  help: { type: 'boolean', default: false },
} as const

function readPort(text: string, option: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new TypeError(`${option} must be a port number`)
  return port
}

function readVersion(text: string): '3.13' | '4.4' {
  if (text !== '3.13' && text !== '4.4') throw new TypeError('--sngine-version must be 3.13 or 4.4')
  return text
}

type Name = 'monpay' | 'zalopay' | 'sngine'

/** Starts one simulator with its options; an error names the wrong option. */
async function open<T>(
  name: Name,
  values: Record<`${Name}-port` | `callback-${Name}` | 'home', string>,
  start: (common: CommonOptions) => Promise<T>,
): Promise<T> {
  const port = readPort(values[`${name}-port`], `--${name}-port`)
  try {
    return await start({ port, callbackURL: values[`callback-${name}`], homeURL: values.home })
  } catch (error) {
    throw new Error(explainFailure(error, name, port), { cause: error })
  }
}

/** What went wrong, and the option that fixes it. */
function explainFailure(error: unknown, name: Name, port: number): string {
  const { code, message } = error as { code?: string; message: string }
  const option = `--${name}-port`
  const advice = `${option} chooses another port, and ${option} 0 takes a free port`
  if (code === 'EADDRINUSE') return `port ${port} is in use: ${advice}`
  if (code === 'EACCES') return `this user may not open port ${port}: ${advice}`
  return message.replace(/^callbackURL/, `--callback-${name}`).replace(/^homeURL/, '--home')
}

/** Lines for a `.env` file. */
function listSettings(prefix: string, settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${prefix}_${name}=${value}\n`)
    .join('')
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  // The same credentials at every start, so that an app's settings can stay as they are.
  const running = await Promise.all([
    open('monpay', values, (common) =>
      startMonPay({
        ...common,
        clientID: 'monpay-simulator',
        clientSecret: 'monpay-simulator-secret',
      }),
    ),
    open('zalopay', values, (common) =>
      startZaloPay({ ...common, clientID: '4102', clientSecret: 'zalopay-simulator-secret' }),
    ),
    open('sngine', values, (common) =>
      startSngine({
        ...common,
        version: readVersion(values['sngine-version']),
        clientID: '4103000000001',
        clientSecret: '00000000000000000000000000004103',
      }),
    ),
  ])
  const [monpay, zalopay, sngine] = running

  const settingsOf = (simulator: (typeof running)[number]) => ({
    CLIENT_ID: simulator.clientID,
    CLIENT_SECRET: simulator.clientSecret,
    CALLBACK_URL: simulator.callbackURL,
    BASE_URL: simulator.url,
  })
  process.stdout.write(`MonPay   ${monpay.url}  opens ${monpay.callbackURL}
ZaloPay  ${zalopay.url}  returns to ${zalopay.callbackURL}
Sngine   ${sngine.url}  returns to ${sngine.callbackURL} (version ${sngine.version})

Settings for the app:

SESSION_SECRET=${randomText(43)}
${listSettings('MONPAY', settingsOf(monpay))}${listSettings('ZALOPAY', {
  ...settingsOf(zalopay),
  USER_INFO_URL: zalopay.userInfoURL,
  SDK_URL: zalopay.sdkURL,
})}${listSettings('MONEYPOOLS', settingsOf(sngine))}
Ctrl+C stops all three.
`)

  const stop = () => {
    void Promise.all(running.map((simulator) => simulator.close()))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

async function examine(args: string[]): Promise<void> {
  process.exitCode = await runDoctor(args, process.env, (text) => void process.stdout.write(text))
}

const [, , command, ...rest] = process.argv
const running = command === 'doctor' ? examine(rest) : run()
running.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

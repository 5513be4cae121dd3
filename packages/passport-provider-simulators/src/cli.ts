#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { runDoctor } from './doctor/command.js'
import { randomText } from './ids.js'
import { startMonPay } from './monpay/server.js'
import type { CommonOptions, Simulator } from './simulator.js'
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
  --home URL                your application, for links on the pages; default: the origin of each
                            registered URL
  --allow-host NAME         a host name that requests may be for, such as that of a tunnel; repeat it
                            for more names. localhost and 127.0.0.1 are always allowed
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
  home: { type: 'string' },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  'sngine-version': { type: 'string', default: '4.4' },
  help: { type: 'boolean', default: false },
} as const

type Values = Record<Exclude<keyof typeof OPTIONS, 'help' | 'allow-host' | 'home'>, string> & {
  'allow-host': string[]
  home?: string | undefined
}

/** The same credentials at every start, so that an app's settings can stay as they are. */
const CREDENTIALS = {
  monpay: { clientID: 'monpay-simulator', clientSecret: 'monpay-simulator-secret' },
  zalopay: { clientID: '4102', clientSecret: 'zalopay-simulator-secret' },
  sngine: { clientID: '4103000000001', clientSecret: '00000000000000000000000000004103' },
}

/** Starts one simulator with its options; an error names the wrong option. */
async function open<T>(
  name: keyof typeof CREDENTIALS,
  values: Values,
  start: (common: CommonOptions) => Promise<T>,
): Promise<T> {
  const option = `--${name}-port`
  const port = values[`${name}-port`]
  if (!/^\d+$/.test(port) || Number(port) > 65_535)
    throw new TypeError(`${option} must be a port number`)
  const callbackURL = values[`callback-${name}`]
  const [origin] = /^https?:\/\/[^/?#]+/i.exec(callbackURL) ?? []
  const homeURL = values.home ?? (origin && `${origin}/`)
  const addresses = { callbackURL, ...(homeURL !== undefined && { homeURL }) }
  const allowedHosts = values['allow-host']
  return start({ ...CREDENTIALS[name], ...addresses, allowedHosts, port: Number(port) }).catch(
    (error: Error & { code?: string }) => {
      const advice = `${option} chooses another port, and ${option} 0 takes a free port`
      const reasons: Record<string, string> = {
        EADDRINUSE: `port ${port} is in use: ${advice}`,
        EACCES: `this user may not open port ${port}: ${advice}`,
      }
      const named = error.message
        .replace(/^callbackURL/, `--callback-${name}`)
        .replace(/^homeURL/, '--home')
        .replace(/^allowedHosts/, '--allow-host')
      throw new Error(reasons[error.code ?? ''] ?? named, { cause: error })
    },
  )
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS })
  const version = values['sngine-version']
  if (values.help) return void process.stdout.write(HELP)
  if (version !== '3.13' && version !== '4.4')
    throw new TypeError('--sngine-version must be 3.13 or 4.4')
  const running = await Promise.all([
    open('monpay', values, startMonPay),
    open('zalopay', values, startZaloPay),
    open('sngine', values, (common) => startSngine({ ...common, version })),
  ])
  const [monpay, zalopay, sngine] = running
  const list = (prefix: string, simulator: Simulator, more = {}) => {
    const { clientID, clientSecret, callbackURL, url } = simulator
    const common = { CLIENT_ID: clientID, CLIENT_SECRET: clientSecret, CALLBACK_URL: callbackURL }
    const settings = Object.entries({ ...common, BASE_URL: url, ...more })
    return settings.map(([name, value]) => `${prefix}_${name}=${value}\n`).join('')
  }
  const more = { USER_INFO_URL: zalopay.userInfoURL, SDK_URL: zalopay.sdkURL }
  process.stdout.write(`MonPay   ${monpay.url}  opens ${monpay.callbackURL}
ZaloPay  ${zalopay.url}  returns to ${zalopay.callbackURL}
Sngine   ${sngine.url}  returns to ${sngine.callbackURL} (version ${sngine.version})

Settings for your application:

SESSION_SECRET=${randomText(43)}
${list('MONPAY', monpay)}${list('ZALOPAY', zalopay, more)}${list('MONEYPOOLS', sngine)}
Ctrl+C stops all three.
`)
  const stop = () => void Promise.all(running.map((simulator) => simulator.close()))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

async function examine(args: string[]): Promise<void> {
  process.exitCode = await runDoctor(args, process.env, (text) => void process.stdout.write(text))
}

const [, , command, ...rest] = process.argv
const running = command === 'doctor' ? examine(rest) : run()
running.catch((error: unknown) => {
  const { message = String(error), code = '' } = error as Partial<Error & { code: string }>
  // Node's second sentence is about positional arguments, and denies that there is a `doctor`
  const isOption = code.startsWith('ERR_PARSE_ARGS')
  const text = isOption ? `${message.split(/\.\s/, 1)[0]}. --help lists the options` : message
  process.stderr.write(`${text}\n`)
  process.exit(1)
})

import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** How to get a browser where there is none; for `describeUnless`. */
export const noChromium = existsSync(PATH) ? undefined : 'install chromium, or set CHROMIUM_PATH'

/** Starts the browser that tests use. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: ARGS })
}

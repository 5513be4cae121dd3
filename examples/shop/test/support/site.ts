import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { createApp, type App } from '../../src/app'
import type { Config } from '../../src/settings'
import { startSimulators, type Simulators } from '../../src/demo/simulators'
import { createLogger } from '../../src/log'
import { keep } from '../../../../test/keep'
import { Visitor } from './visitor'

/** A site under test, with simulators of its own and what it has logged. */
export interface TestSite extends App {
  simulators: Simulators
  config: Config
  /** Everything logged so far. */
  logged(): string
  visitor(headers?: Record<string, string>): Visitor
  /** A visitor who has logged in with ZaloPay. */
  zaloPayVisitor(): Promise<Visitor>
  close(): Promise<void>
}

/** A new site for each test of a file, which closes it by `closeAll`. */
export function useSite(changes?: Partial<Config>): TestSite {
  const site = {} as TestSite
  beforeEach(async () => void Object.assign(site, await keep(startSite(changes))))
  return site
}

/** Starts a site on an empty embedded database; `changes` wins over the test's configuration. */
export async function startSite(changes: Partial<Config> = {}): Promise<TestSite> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'express-example-'))
  const baseURL = changes.baseURL ?? new URL('http://localhost:3000')
  const simulators = await startSimulators(baseURL)
  const config: Config = {
    baseURL,
    sessionSecret: 'a session secret that only tests use',
    dataDir,
    databaseConnections: 10,
    trustProxy: 0,
    logLevel: 'info',
    ...simulators.settings,
    ...changes,
  }
  const lines: string[] = []
  const site = await createApp(config, createLogger(config.logLevel, writeLines(lines)))
  return {
    ...site,
    simulators,
    config,
    logged: () => lines.join(''),
    visitor: (headers = {}) => new Visitor(site.app, simulators, headers),
    async zaloPayVisitor() {
      const visitor = new Visitor(site.app, simulators)
      await visitor.loginWithZaloPay()
      return visitor
    },
    async close() {
      await site.close()
      await simulators.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A stream that keeps what is written. */
export function writeLines(lines: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
}

import { randomInt } from 'node:crypto'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { listen } from '../../../../test/server.js'

const DEBIAN_POSTGRES = '/usr/lib/postgresql'

/** The folder with PostgreSQL's own programs, the newest first where Debian has put them. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : []
  const newest = versions.sort((one, other) => Number(other) - Number(one))
  const places = newest.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'))
  return [...places, ...searchPath()].find((place) => isProgram(path.join(place, 'initdb')))
}

/** A program on the PATH. */
export function findProgram(name: string): string | undefined {
  const places = searchPath().map((place) => path.join(place, name))
  return places.find(isProgram)
}

function searchPath(): string[] {
  return (process.env.PATH ?? '').split(path.delimiter)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** PostgreSQL refuses to run as root: the account to run it with, when this process is root. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
  const found =
    /^postgres:[^:]*:(\d+):(\d+)/m.exec(accounts) ?? /^nobody:[^:]*:(\d+):(\d+)/m.exec(accounts)
  return { uid: Number(found?.[1]), gid: Number(found?.[2]) }
}

/**
 * A port that nobody listens on, for a program that cannot choose one itself. It stays free: systems
 * give ports from 32768 on to whoever asks for any port.
 */
export async function findFreePort(): Promise<number> {
  const port = randomInt(10_000, 32_768)
  try {
    const { close } = await listen(createServer(), '127.0.0.1', port)
    await close()
    return port
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw failure
    return findFreePort()
  }
}

import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

const DEBIAN_POSTGRES = '/usr/lib/postgresql'

/** The folder with PostgreSQL's own programs, the newest first where Debian has put them. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : []
  const newest = versions.sort((one, other) => Number(other) - Number(one))
  const places = [
    ...newest.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin')),
    ...searchPath(),
  ]
  return places.find((place) => isProgram(path.join(place, 'initdb')))
}

/** A program on the PATH. */
export function findProgram(name: string): string | undefined {
  return searchPath()
    .map((place) => path.join(place, name))
    .find(isProgram)
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

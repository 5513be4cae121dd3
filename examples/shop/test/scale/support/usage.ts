import { existsSync, readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100
const PAGES_PER_MIB = 256

/**
 * What each process has taken, by Linux: resident MiB, and seconds of CPU together with its
 * children. Zeros on other systems.
 */
export function measureUsage(pids: readonly number[]) {
  const rows = existsSync('/proc/self/stat') ? readdirSync('/proc').flatMap(readStat) : []
  return pids.map((pid) => {
    const family = rows.filter((row) => row.pid === pid || row.parent === pid)
    const seconds = family.reduce((sum, row) => sum + row.seconds, 0)
    return { mib: rows.find((row) => row.pid === pid)?.mib ?? 0, seconds }
  })
}

/** A line of `/proc/PID/stat` (proc(5)); nothing when the process has ended. */
function readStat(name: string) {
  try {
    const stat = readFileSync(`/proc/${Number(name)}/stat`, 'utf8')
    // the second field, in brackets, is a name and may hold anything; the third is field 0 here
    const fields = stat.replace(/.*\) /s, '').split(' ').map(Number)
    // user and system time of the process, and of its children that have ended
    const ticks = fields.slice(11, 15).reduce((sum, time) => sum + time, 0)
    const mib = Math.round((fields[21] ?? 0) / PAGES_PER_MIB)
    return [{ pid: Number(name), parent: fields[1], mib, seconds: ticks / TICKS_PER_SECOND }]
  } catch {
    return []
  }
}

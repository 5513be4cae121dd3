import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** What a process has taken: resident MiB, and seconds of CPU together with its children. */
export interface Usage {
  mib: number
  seconds: number
}

const TICKS_PER_SECOND = 100
const PAGES_PER_MIB = 256

/** Asks Linux about processes; the answers are in the order of `pids`, zeros on other systems. */
export function measureUsage(pids: readonly number[]): Usage[] {
  const rows = existsSync('/proc/self/stat') ? readdirSync('/proc').flatMap(readStat) : []
  return pids.map((pid) => {
    const family = rows.filter((row) => row.pid === pid || row.parent === pid)
    return {
      mib: rows.find((row) => row.pid === pid)?.mib ?? 0,
      seconds: family.reduce((sum, row) => sum + row.seconds, 0),
    }
  })
}

/** A line of `/proc/PID/stat` (proc(5)); undefined when the process has ended. */
function readStat(name: string) {
  try {
    const stat = readFileSync(`/proc/${Number(name)}/stat`, 'utf8')
    // the second field, in brackets, is a name and may hold anything; the third is field 0 here
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    // user and system time of the process, and of its children that have ended
    const ticks = fields.slice(11, 15).reduce((sum, time) => sum + time, 0)
    return [
      {
        pid: Number(name),
        parent: fields[1],
        mib: Math.round((fields[21] ?? 0) / PAGES_PER_MIB),
        seconds: ticks / TICKS_PER_SECOND,
      },
    ]
  } catch {
    return []
  }
}

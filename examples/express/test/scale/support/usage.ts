import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What a process has taken: resident MiB, and seconds of CPU together with its children. */
export interface Usage {
  mib: number
  seconds: number
}

/** Asks the system about processes; the answers are in the order of `pids`. */
export async function measureUsage(pids: readonly number[]): Promise<Usage[]> {
  // S: with the time of children that have ended
  const { stdout } = await promisify(execFile)('ps', ['-A', 'S', '-o', 'pid=,ppid=,rss=,time='])
  const rows = stdout.trim().split('\n').map(readRow)
  return pids.map((pid) => {
    const family = rows.filter((row) => row.pid === pid || row.parent === pid)
    return {
      mib: Math.round((rows.find((row) => row.pid === pid)?.kib ?? 0) / 1024),
      seconds: family.reduce((sum, row) => sum + row.seconds, 0),
    }
  })
}

function readRow(line: string) {
  const [pid, parent, kib, time = ''] = line.trim().split(/\s+/)
  return { pid: Number(pid), parent: Number(parent), kib: Number(kib), seconds: readTime(time) }
}

/** `[days-]hours:minutes:seconds`, in seconds. */
function readTime(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse()
  const parts = clock.split(':').map(Number)
  return Number(days) * 86_400 + parts.reduce((sum, part) => 60 * sum + part, 0)
}

import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { errorCode } from '../support/errors.ts'

/** Who holds a lock. A number alone is not enough: systems give the numbers of ended processes to new ones. */
const holderSchema = z.object({
  pid: z.int().min(1),
  host: z.string(),
  since: z.string().catch('?'),
  /** Names the machine's current boot; null if the system does not say. */
  boot: z.string().nullable().catch(null),
  /** When the process started, in the system's own words; null if it does not say. */
  started: z.string().nullable().catch(null),
})
export type LockHolder = Stored<typeof holderSchema>

/** This process as the holder of a lock. */
export function thisProcess(nowMs: number): LockHolder {
  const since = new Date(nowMs).toISOString()
  return { pid: process.pid, host: hostname(), since, boot: bootId(), started: startOf(process.pid) }
}

/**
 * The holder a lock's text names: null for a text that was cut short or says nothing, `'unknown'` for one that is whole
 * but names no process.
 */
export function parseHolder(text: string): LockHolder | 'unknown' | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  if (value === null) return null
  const read = holderSchema.safeParse(value)
  return read.success ? read.data : 'unknown'
}

/**
 * Whether the process is known to have ended: it is not there, or its number now belongs to a process that started at
 * another time, or the machine has been restarted since. Nothing is known of other machines.
 * @param heldHere whether this very process holds the lock: one that names its number is else an ended process's.
 */
export function isGone({ pid, host, boot, started }: LockHolder, heldHere: boolean): boolean {
  if (host !== hostname()) return false
  const booted = bootId()
  if (boot !== null && booted !== null && boot !== booted) return true
  if (pid === process.pid) return !heldHere
  if (!isRunning(pid)) return true
  const start = started === null ? null : startOf(pid)
  return start !== null && start !== started
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM' // another user's
  }
}

function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null
}

/** The 22nd field of Linux's `/proc/<pid>/stat` is the start in clock ticks since the boot; macOS and BSD have `ps`. */
function startOf(pid: number): string | null {
  // The second field, the program's name in parentheses, may hold spaces and parentheses itself.
  const stat = readOrNull(`/proc/${pid}/stat`)
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  if (process.platform === 'linux' || process.platform === 'win32') return null
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    const options: ExecFileSyncOptionsWithStringEncoding = {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || null
  } catch {
    return null // no `ps`, or the process ended meanwhile
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (typeof errorCode(error) === 'string') return null
    throw error
  }
}

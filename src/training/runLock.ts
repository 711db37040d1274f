import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../support/errors.js'

/** Another process works in the run's folder. */
export class RunLockedError extends UserError {
  override readonly name = 'RunLockedError'
}

interface Holder {
  readonly pid: number
  readonly host: string
  readonly since: string
}

const LOCK = 'lock.json'

/**
 * Makes the run's folder this process's own; the result gives it back. A lock that a killed process of this machine left
 * is taken over.
 * @throws RunLockedError naming the process that holds it.
 */
export async function lockRun(folder: string, nowMs: number): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, LOCK)
  const mine = `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date(nowMs).toISOString() })}\n`
  if (!(await writeNew(path, mine))) {
    const holder = await readHolder(path)
    if (holder !== null && !isGone(holder)) throw inUse(folder, path, holder)
    await rm(path, { force: true })
    if (!(await writeNew(path, mine))) throw inUse(folder, path, await readHolder(path)) // another was quicker
  }
  return () => rm(path, { force: true })
}

/** False when the file is there already. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(text)
    await file.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** `null` for a lock that says nothing: its writer was killed before it could. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Whether the process is known to have ended; of another machine nothing is known. */
function isGone({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function inUse(folder: string, path: string, holder: Holder | null): RunLockedError {
  const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}, since ${holder.since}`
  return new RunLockedError(
    `the run in ${folder} is in use by ${who}: wait for it or stop it (if there is no such process, delete ${path})`,
  )
}

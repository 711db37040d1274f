import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createFolder } from '../support/createFolder.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { sweepTemporary } from '../support/folders.ts'
import { isGone, type LockHolder, parseHolder, thisProcess } from './lockHolder.ts'

/** Another process works in the run's folder. */
export class RunLockedError extends UserError {
  override readonly name = 'RunLockedError'
}

const LOCK = 'lock.json'
/** Each try fails only because another process was quicker, so few are needed. */
const MAX_TRIES = 1000
/** Time given to a process that has made its lock but not filled it yet (only where files cannot be linked). */
const FILLING_MILLISECONDS = 200

/** Texts of the locks and claims that this very process has or tries for; each holds an identifier of its own. */
const own = new Set<string>()

/** A lock's file, and the text and the linkable file with which this process would take it. */
interface Attempt {
  readonly folder: string
  readonly path: string
  readonly text: string
  readonly ready: string
}

/**
 * Makes the run's folder this process's own; the result gives it back. A lock that a killed process of this machine left
 * is taken over. At most one process holds the lock, whenever others start or are killed: the lock appears whole (a file
 * is linked to its name), and a stale one is removed only by the one process that holds the claim on it.
 * @throws RunLockedError naming the process that holds it.
 */
export async function lockRun(folder: string, nowMs: number): Promise<() => Promise<void>> {
  createFolder(folder)
  const path = join(folder, LOCK)
  const text = `${JSON.stringify({ ...thisProcess(nowMs), id: randomUUID() })}\n`
  const ready = join(folder, `${LOCK}.${randomUUID()}.tmp`)
  own.add(text)
  try {
    await writeFile(ready, text)
    await take({ folder, path, text, ready })
  } catch (error) {
    own.delete(text)
    throw error
  } finally {
    await rm(ready, { force: true })
  }
  await sweepTemporary(folder, nowMs) // a checkpoint each, left by processes that were killed while they wrote it
  return async () => {
    if ((await readLock(path)) === text) await rm(path, { force: true })
    own.delete(text)
  }
}

async function take(attempt: Attempt): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await appear(attempt, attempt.path)) return
    const stale = await staleText(attempt, attempt.path)
    if (stale !== null) await removeStale(attempt, stale)
  }
  throw new RunLockedError(`the lock ${attempt.path} keeps changing: try again`)
}

/** Makes a file of the attempt's text, whole at once; false where there is a file of that name. */
async function appear({ ready, text }: Attempt, path: string): Promise<boolean> {
  try {
    await link(ready, path)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return false
    // File systems without links, such as those of memory sticks.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return writeNew(path, text)
    throw error
  }
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * The text of a lock whose process has ended; null when the lock is gone meanwhile.
 * @throws RunLockedError for one whose process has not, or that names none.
 */
async function staleText({ folder, path }: Attempt, lock: string): Promise<string | null> {
  let text = await readLock(lock)
  if (text !== null && parseHolder(text) === null) {
    await setTimeout(FILLING_MILLISECONDS)
    text = await readLock(lock)
  }
  if (text === null) return null
  const holder = parseHolder(text)
  if (holder === 'unknown')
    throw new RunLockedError(`${lock} names no process: if nothing is training the run in ${folder}, delete that file`)
  if (holder !== null && !isGone(holder, own.has(text))) throw inUse(folder, path, holder)
  return text
}

/**
 * Removes the lock if it still has that text. Of all processes that saw it only one may: the one that made the claim's
 * file. Were it killed meanwhile, the next one claims its claim.
 */
async function removeStale(attempt: Attempt, stale: string): Promise<void> {
  const claims: string[] = []
  for (let depth = 0; ; depth++) {
    const claim = `${attempt.path}.${sha256(stale).slice(0, 16)}.${depth}.claim.tmp`
    claims.push(claim)
    if (await appear(attempt, claim)) break
    if ((await staleText(attempt, claim)) === null) return // that claim was dealt with: look at the lock again
  }
  try {
    if ((await readLock(attempt.path)) === stale) await rm(attempt.path)
  } finally {
    for (const claim of claims) await rm(claim, { force: true })
  }
}

/** null where there is no such file. */
async function readLock(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return null
    if (code === undefined) throw error
    const why = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`
    throw new RunLockedError(`${path} ${why}, where the run's lock belongs: delete it or move it away`, {
      cause: error,
    })
  }
}

function inUse(folder: string, path: string, { pid, host, since }: LockHolder): RunLockedError {
  const who = `process ${pid} on ${host}, since ${since}`
  return new RunLockedError(
    `the run in ${folder} is in use by ${who}: wait for it or stop it (if there is no such process, delete ${path})`,
  )
}

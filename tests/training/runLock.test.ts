import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockRun, RunLockedError } from '../../src/training/runLock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-lock-'))
  path = join(folder, 'lock.json')
})
afterEach(() => rm(folder, { recursive: true }))

const DEAD_PID = 2 ** 22 + 1 // above the largest number Linux gives
const since = '2026-01-01T00:00:00.000Z'
const holder = (fields: Record<string, unknown>): string =>
  JSON.stringify({ pid: DEAD_PID, host: hostname(), since, boot: null, started: null, ...fields })

/** What became of a try for the lock: 'taken', or the message of the refusal. */
async function attempt(): Promise<string> {
  try {
    await (
      await lockRun(folder, 0)
    )()
    return 'taken'
  } catch (error) {
    expect(error).toBeInstanceOf(RunLockedError)
    return (error as RunLockedError).message
  }
}

describe('the lock of a run', () => {
  it('is refused while it is held, also within one process, and free afterwards', async () => {
    const unlock = await lockRun(folder, 0)
    expect(await attempt()).toMatch(new RegExp(`in use by process ${process.pid} on .*, since 1970`))
    expect(existsSync(path)).toBe(true)
    await unlock()
    expect(await readdir(folder)).toEqual([])
    expect(await attempt()).toBe('taken')
  })

  it('goes to one of many that ask at once', async () => {
    await writeFile(path, holder({}))
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder, 0)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['lock.json'])
  })

  it('says when its process started, and on which boot of the machine, where the system knows', async () => {
    await lockRun(folder, 0)
    const lock = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    expect(lock).toMatchObject({ pid: process.pid, host: hostname(), since: '1970-01-01T00:00:00.000Z' })
    if (process.platform === 'linux') {
      expect(lock['boot']).toMatch(/^[0-9a-f-]{36}$/)
      expect(lock['started']).toMatch(/^\d+$/)
    }
  })

  it.each([
    ['a dead process', () => holder({})],
    ['nothing', () => ''],
    ['half a text', () => '{"pid": 1'],
    ['null', () => 'null'],
    // A restarted container gives its first process the number 1 again, as it did the one that was killed.
    ['this process by number, of an earlier life', () => holder({ pid: process.pid, started: '1' })],
    [
      'this process by number, by an older version',
      () => JSON.stringify({ pid: process.pid, host: hostname(), since }),
    ],
    ['another boot of the machine', () => holder({ pid: process.ppid, boot: '00000000-0000-0000-0000-000000000000' })],
    ['a number that now is another process', () => holder({ pid: process.ppid, started: '1' })],
  ])('is taken over when it names %s', async (_, text) => {
    const known = process.platform === 'linux' // elsewhere neither boot nor start may be known
    if (!known && /"pid":\d+/.exec(text())?.[0] === `"pid":${process.ppid}`) return
    await writeFile(path, text())
    expect(await attempt()).toBe('taken')
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['{}', /names no process/],
    ['5', /names no process/],
    ['[]', /names no process/],
    ['{"pid":"x","host":"h"}', /names no process/],
    [holder({ pid: -1 }), /names no process/],
    [holder({ pid: 0 }), /names no process/],
    [holder({ pid: 1e99 }), /names no process/],
    [holder({ pid: process.ppid }), new RegExp(`in use by process ${process.ppid} on`)],
    [holder({ host: 'elsewhere' }), /on elsewhere, since 2026-01-01/],
  ])('is refused in one line when it holds %s', async (text, message) => {
    await writeFile(path, text)
    const said = await attempt()
    expect(said).toMatch(message)
    expect(said).toContain(path)
    expect(said).toMatch(/delete/)
    expect(said).not.toContain('\n')
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  it('is refused in one line when its name is taken by a folder', async () => {
    await mkdir(path)
    expect(await attempt()).toMatch(/lock\.json is a folder.*delete it or move it away/)
  })

  it('sweeps what killed processes left unfinished, once it is an hour old', async () => {
    for (const name of ['old.tmp', 'new.tmp', 'checkpoint.safetensors']) await writeFile(join(folder, name), 'x')
    for (const name of ['old.tmp', 'checkpoint.safetensors']) await utimes(join(folder, name), 0, 0)
    await lockRun(folder, Date.now())
    expect((await readdir(folder)).sort()).toEqual(['checkpoint.safetensors', 'lock.json', 'new.tmp'])
  })

  it('is given back by its holder only', async () => {
    const unlock = await lockRun(folder, 0)
    await writeFile(path, holder({ host: 'elsewhere' }))
    await unlock()
    expect(await readFile(path, 'utf8')).toContain('elsewhere')
  })

  it('is taken over though a process was killed while it took it over', async () => {
    await writeFile(path, holder({}))
    const { sha256 } = await import('../../src/support/files.ts')
    const claim = `${path}.${sha256(holder({})).slice(0, 16)}.0.claim.tmp`
    await writeFile(claim, holder({ id: 'claimant' }))
    expect(await attempt()).toBe('taken')
    expect(await readdir(folder)).toEqual([])
  })
})

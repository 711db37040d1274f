import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { runFiles } from '../../src/training/runDirectory.ts'
import { often } from './often.ts'

const STEPS = 2000
const KILLS = often(6, 30)
/** After the first step of a session that many milliseconds at most. */
const LONGEST_SESSION = 400
/** Room for the log of every session below: a fast machine logs a quarter of a MiB per second. */
const DISK_BYTES = 16 * 1024 * 1024

let root = ''
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-kill-training-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

const trainer = join(projectRoot, 'tests/fixtures/trainTiny.mjs')
const start = (folder: string, steps = STEPS, workers = 2) =>
  spawn(process.execPath, [trainer, folder, String(steps), String(workers)], { stdio: ['ignore', 'pipe', 'pipe'] })

interface Ended {
  readonly status: number | null
  readonly errors: string
}

function ended(child: ReturnType<typeof start>): Promise<Ended> {
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  child.stdout.resume()
  return new Promise((done) => child.on('close', (status) => done({ status, errors })))
}

/** Resolves at the first step that a session makes; fails when it ends before. */
async function begun(child: ReturnType<typeof start>, end: Promise<Ended>): Promise<void> {
  const first = await Promise.race([end, new Promise<null>((step) => child.stdout.once('data', () => step(null)))])
  if (first !== null) throw new Error(`training ended before its first step: ${JSON.stringify(first)}`)
}

const whole = async (folder: string, steps?: number, workers?: number) =>
  expect(await ended(start(folder, steps, workers))).toEqual({ status: 0, errors: '' })

/** Kills a session some time after it has begun to train; false when it was done before. */
async function killed(folder: string, milliseconds: number): Promise<boolean> {
  const child = start(folder)
  const end = ended(child)
  await Promise.race([end, new Promise((first) => child.stdout.once('data', first))])
  await Promise.race([end, pause(milliseconds)])
  child.kill('SIGKILL')
  return (await end).status === null
}

/**
 * The bytes of the checkpoints, and the distinct rows of the log: on a machine under heavy load a killed run was once seen
 * to have its first rows twice (report/decisions/0010).
 */
async function remains(folder: string): Promise<{ weights: Buffer[]; rows: string[] }> {
  const { checkpoint, best, metrics } = runFiles(folder)
  const weights = await Promise.all([checkpoint, best].map((path) => readFile(path)))
  return { weights, rows: [...new Set((await readFile(metrics, 'utf8')).split('\n'))] }
}

/** Trains until there is a checkpoint, and a little longer. */
async function some(folder: string): Promise<void> {
  const child = start(folder, 100_000, 1)
  const end = ended(child)
  await begun(child, end)
  while (!existsSync(runFiles(folder).checkpoint) && child.exitCode === null) await pause(50)
  await pause(1500)
  child.kill('SIGKILL')
  await end
}

describe('a training that is killed', () => {
  it(`ends in the same bytes after ${KILLS} kills`, { timeout: 300_000 }, async () => {
    await whole(join(root, 'whole'))
    const random = mulberry32(9)
    let kills = 0
    while (kills < KILLS && (await killed(join(root, 'killed'), LONGEST_SESSION * random.next()))) kills++
    await whole(join(root, 'killed'))
    expect(kills).toBeGreaterThanOrEqual(5)
    expect(await remains(join(root, 'killed'))).toEqual(await remains(join(root, 'whole')))
  })

  it('keeps another process out of its folder, and not the next one', { timeout: 60_000 }, async () => {
    const folder = join(root, 'locked')
    const first = start(folder, 100_000, 1)
    const end = ended(first)
    await begun(first, end)
    const second = await ended(start(folder, 100_000, 1))
    expect(second.status).toBe(2)
    expect(second.errors).toMatch(
      new RegExp(
        `^RunLockedError: the run in \\S+ is in use by process ${first.pid} on ${hostname()}, since \\S+: wait for it`,
      ),
    )
    first.kill('SIGKILL')
    await end
    const third = start(folder, 100_000, 1)
    const thirdEnd = ended(third)
    await begun(third, thirdEnd) // it took the lock over
    third.kill('SIGKILL')
    await thirdEnd
    await writeFile(join(folder, 'lock.json'), JSON.stringify({ pid: 1, host: 'elsewhere', since: 'then' }))
    expect((await ended(start(folder, 100_000, 1))).errors).toMatch(
      /in use by process 1 on elsewhere, since then: .*delete/,
    )
  })
})

const isRoot = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0
if (!isRoot) console.warn('SKIPPED: training on a full and on a read-only disk, which takes root to mount')

describe.skipIf(!isRoot)('a training whose disk refuses', () => {
  const folder = (): string => join(root, 'disk')
  const mount = (...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', ...options, 'tmpfs', folder()]).status
  let mounted = false
  beforeAll(async () => {
    await mkdir(folder())
    mounted = mount('-o', `size=${DISK_BYTES}`) === 0
    if (!mounted) console.warn('SKIPPED: training on a full and on a read-only disk: no tmpfs can be mounted here')
  })
  afterAll(() => void spawnSync('umount', [folder()]))

  it('stops with one line and keeps the last good checkpoint, then resumes', async ({ skip }) => {
    if (!mounted) skip()
    const run = join(folder(), 'run')
    await some(run)
    const good = await readFile(runFiles(run).checkpoint)
    const unfinished = async () => (await readdir(run)).filter((name) => name.endsWith('.tmp'))
    const before = await unfinished() // the kill may have come in the middle of a file
    await writeFile(join(folder(), 'ballast'), Buffer.alloc(2 * DISK_BYTES)).catch(() => undefined) // fills what is left
    const full = await ended(start(run, 100_000, 1))
    expect(full.status).toBe(2)
    expect(full.errors).toMatch(
      /^UserError: cannot write \S+ \(ENOSPC\), the disk is full: free some space [^\n]*; the last good checkpoint is kept in \S+\n$/,
    )
    expect(await readFile(runFiles(run).checkpoint)).toEqual(good)
    expect(await unfinished()).toEqual(before)
    spawnSync('mount', ['-o', 'remount,ro', folder()])
    const readOnly = await ended(start(run, 100_000, 1))
    expect(readOnly.errors).toMatch(/the file system is read-only/)
    spawnSync('mount', ['-o', 'remount,rw', folder()])
    await rm(join(folder(), 'ballast'))
    await some(run)
    expect(await readFile(runFiles(run).checkpoint)).not.toEqual(good)
  })
})

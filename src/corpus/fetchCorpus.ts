import { open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { counted } from '../support/text/counted.ts'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { readIfThere, sha256 } from '../support/files.ts'
import { replaceFolder } from '../support/folders.ts'
import { downloadWithPip, type Download } from './downloadWithPip.ts'
import { embeddedSource, type WheelSource } from './sources.ts'

/** The corpus could not be fetched, or is not what was declared. One line: what, why, and what to do. */
export class CorpusFetchError extends UserError {
  override readonly name = 'CorpusFetchError'
}

interface Stamp {
  readonly wheelSha256: string
  readonly files: number
  readonly bytes: number
}

const STAMP = 'stamp.json'

/**
 * Makes sure the embedded corpus lies under `<data>/raw/<name>` and returns that folder. Fetches the wheel with pip
 * (or takes it from `<data>/raw/<wheel>` where a person put it), checks its sha256, unpacks only the declared
 * collections beside the target and renames them into place: a kill at any point leaves the old state. When the
 * stamp is there it does nothing, so it needs no network twice.
 * @throws CorpusFetchError with the remedy.
 */
export async function fetchCorpus(
  folders: { data: string },
  effects: Effects,
  source: WheelSource = embeddedSource,
  download: Download = downloadWithPip,
): Promise<string> {
  const raw = join(folders.data, 'raw')
  const target = join(raw, source.name)
  const isWhole = () => isFetched(target, source)
  if (await isWhole()) return target
  const fill = async (temporary: string) => {
    const wheelFolder = join(temporary, '.wheel')
    const wheel = await obtainWheel(raw, wheelFolder, source, effects, download)
    await rm(wheelFolder, { recursive: true, force: true })
    return unpack(wheel, temporary, source)
  }
  const files = await replaceFolder({ target, nowMs: effects.now(), write: fill, isWhole })
  effects.reporter.line(`Unpacked ${counted(files, 'file')} into ${target}`)
  return target
}

/** Whether `target` holds the collections, whole: its stamp names the declared wheel and as many files as lie there. */
export async function isFetched(target: string, source: WheelSource): Promise<boolean> {
  const stamp = await readStamp(join(target, STAMP))
  if (stamp?.wheelSha256 !== source.sha256) return false
  const found = await measureFolder(target)
  return found.files === stamp.files + 1 && found.bytes >= stamp.bytes // the stamp itself is the one more
}

async function readStamp(path: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Stamp
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return null
    throw error
  }
}

async function obtainWheel(
  raw: string,
  into: string,
  source: WheelSource,
  effects: Effects,
  download: Download,
): Promise<Uint8Array> {
  const placed = await readIfThere(join(raw, source.wheel))
  if (placed !== null) return verified(placed, join(raw, source.wheel), source)
  const megabytes = Math.round(source.bytes / 1e6)
  const tunes = source.collections.reduce((sum, { tunes }) => sum + tunes, 0)
  effects.reporter.line(
    `Fetching ${source.requirement} (${megabytes} MB) with pip for its ${tunes.toLocaleString('en')} public-domain tunes`,
  )
  createFolder(into)
  const bar = effects.reporter.bar('Fetching', source.bytes, 'bytes')
  const watch = setInterval(() => void measureFolder(into).then(({ bytes }) => bar.update(bytes)), 250)
  try {
    await download(source.requirement, into, effects.signal)
  } catch (error) {
    if (effects.signal.aborted) throw new InterruptedError('stopped while fetching; the same command starts it again')
    throw new CorpusFetchError(`could not fetch ${source.requirement}: ${reasonOf(error)}. ${remedy(raw, source)}`)
  } finally {
    clearInterval(watch)
    bar.stop()
  }
  const fetched = await readIfThere(join(into, source.wheel))
  if (fetched === null) {
    throw new CorpusFetchError(`pip fetched no ${source.wheel}. ${remedy(raw, source)}`)
  }
  return verified(fetched, source.wheel, source)
}

function remedy(raw: string, source: WheelSource): string {
  return (
    `With a network, and Python 3 with pip, run "cantus corpus fetch" again; or put ${source.wheel} ` +
    `(pip download --no-deps ${source.requirement}, on any machine) into ${raw}`
  )
}

function verified(wheel: Uint8Array, path: string, source: WheelSource): Uint8Array {
  const found = sha256(wheel)
  if (found === source.sha256) return wheel
  throw new CorpusFetchError(
    `${path} is not the declared wheel: sha256 ${found} (${wheel.length} bytes), ` +
      `expected ${source.sha256} (${source.bytes} bytes). Delete it and run "cantus corpus fetch" again`,
  )
}

/** Unpacks the declared collections only, and stamps them. Returns how many files. */
async function unpack(wheel: Uint8Array, into: string, source: WheelSource): Promise<number> {
  const prefixes = source.collections.map(({ folder }) => `${source.insideWheel}/${folder}/`)
  const entries = unzipSync(wheel, {
    filter: ({ name }) => prefixes.some((prefix) => name.startsWith(prefix)) && !name.endsWith('/') && isSafe(name),
  })
  let bytes = 0
  for (const [name, content] of Object.entries(entries)) {
    const path = join(into, name.slice(source.insideWheel.length + 1))
    createFolder(dirname(path))
    await writeFile(path, content)
    bytes += content.length
  }
  const files = Object.keys(entries).length
  if (files === 0) throw new CorpusFetchError(`${source.wheel} holds none of ${prefixes.join(', ')}`)
  const stamp: Stamp = { wheelSha256: source.sha256, files, bytes }
  await writeFlushed(join(into, STAMP), JSON.stringify(stamp))
  return files
}

const isSafe = (name: string): boolean => !name.split(/[/\\]/).includes('..')

async function writeFlushed(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Files and bytes below a folder; what vanishes meanwhile counts nothing. */
async function measureFolder(folder: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

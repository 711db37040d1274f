import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MidiConversionError } from '../score/midiConversionError.ts'
import { isMidiName } from '../score/midiNames.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, errorCode } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { printable } from '../support/text/printable.ts'
import type { Bitrate } from './encodeMp3.ts'
import { AudioRenderError, renderSound } from './renderMelody.ts'
import type { SoundLevels } from './soundLevels.ts'
import { valueAt } from '../support/itemAt.ts'

/** What `renderFolder` renders. */
export interface RenderFolderOptions {
  /** Searched with all its subfolders for MIDI files. */
  readonly folder: string
  /** Also those that have a newer `.mp3` beside them. */
  readonly force?: boolean
}

/** What `renderFiles` renders. */
export interface RenderFilesOptions {
  /** MIDI files, in the order in which they are rendered. */
  readonly files: readonly string[]
  readonly force?: boolean
  readonly bitrate?: Bitrate
}

/** An MP3 that was written. */
export interface WrittenSound extends SoundLevels {
  readonly path: string
  readonly seconds: number
  readonly bytes: number
}

/** The MP3 files of a rendering. */
export interface RenderedFiles {
  readonly written: readonly WrittenSound[]
  /** How many had one already. */
  readonly skipped: number
  /** MIDI files that could not be made into sound, and why. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[]
}

/** The MP3 files of a rendered folder. */
export interface RenderedFolder extends Omit<RenderedFiles, 'written'> {
  /** Paths of the MP3 files written, sorted. */
  readonly written: readonly string[]
}

/**
 * Writes an `.mp3` beside each MIDI file of a folder, passing over those that have a newer one. A folder that does not
 * exist holds none; a file that cannot be read is named and passed over.
 * @throws InterruptedError when the signal is aborted; the files written so far are whole.
 */
export async function renderFolder(
  { folder, force = false }: RenderFolderOptions,
  effects: Effects,
): Promise<RenderedFolder> {
  const { written, ...rest } = await renderFiles({ files: await midiFiles(folder), force }, effects)
  return { written: written.map(({ path }) => path), ...rest }
}

/**
 * Writes an `.mp3` beside each MIDI file, passing over those that have a newer one; says how long, large and loud each is.
 * @throws InterruptedError when the signal is aborted; the files written so far are whole.
 */
export async function renderFiles(
  { files, force = false, bitrate }: RenderFilesOptions,
  effects: Effects,
): Promise<RenderedFiles> {
  const { distinct, failed } = withoutClashes(files)
  const due = force ? distinct : await withoutSound(distinct)
  const written: WrittenSound[] = []
  const clashes = failed.length
  const bar = effects.reporter.bar('Sound', due.length, 'melodies')
  try {
    for (const path of due) {
      if (effects.signal.aborted) throw new InterruptedError('stopped; run the same command to resume')
      const sound = await renderFile(path, bitrate)
      if (typeof sound === 'string') failed.push({ path, reason: sound })
      else written.push(sound)
      bar.update(written.length + failed.length - clashes)
    }
  } finally {
    bar.stop()
  }
  for (const { path, reason } of failed) effects.reporter.line(`no sound for ${printable(path)}: ${printable(reason)}`)
  return { written, skipped: distinct.length - due.length, failed }
}

/** Two files such as `a.mid` and `a.MID` would write one sound: the first does, the others are named. */
function withoutClashes(files: readonly string[]): {
  distinct: string[]
  failed: { path: string; reason: string }[]
} {
  const first = new Map<string, string>()
  for (const path of files) if (!first.has(mp3Path(path))) first.set(mp3Path(path), path)
  const failed = files.flatMap((path) => {
    const other = valueAt(first, mp3Path(path))
    return other === path ? [] : [{ path, reason: `${mp3Path(path)} is the sound of ${other}: rename one of them` }]
  })
  return { distinct: [...first.values()], failed }
}

/** Beside the MIDI file: `a.mid` and `a.midi` give `a.mp3`, others keep their ending, `a.kar.mp3`. */
export const mp3Path = (midiPath: string): string => `${midiPath.replace(/\.midi?$/i, '')}.mp3`

/** What was written, or why nothing could be. */
async function renderFile(midi: string, bitrate?: Bitrate): Promise<WrittenSound | string> {
  try {
    const { mp3, ...sound } = await renderSound(await readFile(midi), bitrate)
    await writeFileAtomic(mp3Path(midi), mp3)
    return { path: mp3Path(midi), bytes: mp3.length, ...sound }
  } catch (error) {
    if (error instanceof MidiConversionError || error instanceof AudioRenderError) return error.message
    throw error
  }
}

/** The MIDI files of a folder and all its subfolders, by their endings in any case, sorted; none where there is no such folder. */
export async function midiFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isFile() && isMidiName(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

async function withoutSound(paths: readonly string[]): Promise<string[]> {
  const due: string[] = []
  for (const path of paths) if (!(await isNewer(mp3Path(path), path))) due.push(path)
  return due
}

async function isNewer(sound: string, midi: string): Promise<boolean> {
  const [made, source] = await Promise.all([modified(sound), modified(midi)])
  return made !== null && source !== null && made >= source
}

async function modified(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MidiConversionError } from '../score/midiConversionError.js'
import type { Effects } from '../support/effects.js'
import { InterruptedError } from '../support/errors.js'
import { writeFileAtomic } from '../support/files.js'
import { AudioRenderError, renderMp3 } from './renderMelody.js'

export interface RenderFolderOptions {
  /** Searched with all its subfolders for `.mid` files. */
  readonly folder: string
  /** Also those that have a newer `.mp3` beside them. */
  readonly force?: boolean
}

export interface RenderedFolder {
  /** Paths of the MP3 files written, sorted. */
  readonly written: readonly string[]
  /** How many had one already. */
  readonly skipped: number
  /** MIDI files that could not be made into sound, and why. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * Writes an `.mp3` beside each `.mid` of a folder, passing over those that have a newer one. A folder that does not
 * exist holds none; a file that cannot be read is named and passed over.
 * @throws InterruptedError when the signal is aborted; the files written so far are whole.
 */
export async function renderFolder(
  { folder, force = false }: RenderFolderOptions,
  effects: Effects,
): Promise<RenderedFolder> {
  const all = await midiFiles(folder)
  const due = force ? all : await withoutSound(all)
  const written: string[] = []
  const failed: { path: string; reason: string }[] = []
  const bar = effects.reporter.bar('Sound', due.length, 'melodies')
  try {
    for (const path of due) {
      if (effects.signal.aborted) throw new InterruptedError('stopped; the same command goes on from here')
      const reason = await renderFile(path)
      if (reason === null) written.push(mp3Path(path))
      else failed.push({ path, reason })
      bar.update(written.length + failed.length)
    }
  } finally {
    bar.stop()
  }
  for (const { path, reason } of failed) effects.reporter.line(`no sound for ${path}: ${reason}`)
  return { written, skipped: all.length - due.length, failed }
}

const mp3Path = (midiPath: string): string => midiPath.replace(/\.mid$/, '.mp3')

/** Null when the sound was written, else why it could not be. */
async function renderFile(path: string): Promise<string | null> {
  try {
    await writeFileAtomic(mp3Path(path), await renderMp3(await readFile(path)))
    return null
  } catch (error) {
    if (error instanceof MidiConversionError || error instanceof AudioRenderError) return error.message
    throw error
  }
}

async function midiFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.mid'))
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

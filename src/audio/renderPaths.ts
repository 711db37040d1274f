import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Bitrate } from './encodeMp3.ts'
import { midiFiles, mp3Path, type RenderedFiles, renderFiles } from './renderFolder.ts'
import { isMidiName, MIDI_ENDINGS } from '../score/midiNames.ts'
import type { Effects } from '../support/effects.ts'
import { UserError, errorCode } from '../support/errors.ts'

/** Options of `cantus render`. */
export interface RenderOptions {
  /** MIDI files, and folders to search for them. */
  readonly paths: readonly string[]
  /** Also those that have a newer MP3 beside them. */
  readonly force: boolean
  readonly bitrate: Bitrate
}

/** What `cantus render` reports. */
export interface RenderReport extends RenderedFiles {
  /** Of all sounds asked for, those that were there before included. */
  readonly totalBytes: number
}

/**
 * Writes an MP3 beside each MIDI file named, or found in a folder named.
 * @throws UserError for a path that is not there or no MIDI file, or when a folder holds none; InterruptedError.
 */
export async function render({ paths, force, bitrate }: RenderOptions, effects: Effects): Promise<RenderReport> {
  const found = await Promise.all(paths.map(filesOf))
  const files = [...new Set(found.flat())]
  const rendered = await renderFiles({ files, force, bitrate }, effects)
  const sizes = await Promise.all([...new Set(files.map(mp3Path))].map(sizeOf))
  return { ...rendered, totalBytes: sizes.reduce((sum, size) => sum + size, 0) }
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UserError(`there is no ${path}: name a MIDI file, or a folder of them`)
    throw error
  })
  if (found.isDirectory()) {
    const files = await midiFiles(path)
    if (files.length === 0)
      throw new UserError(`${path} holds no MIDI file (${MIDI_ENDINGS.join(', ')}): name another folder, or a file`)
    return files
  }
  if (!isMidiName(basename(path)))
    throw new UserError(`${path} is not named like a MIDI file (${MIDI_ENDINGS.join(', ')}): give MIDI files`)
  return [path]
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0 // one that failed
    throw error
  }
}

import { stat } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { type Bitrate, BITRATES, DEFAULT_BITRATE } from '../audio/encodeMp3.ts'
import { midiFiles, mp3Path, type RenderedFiles, renderFiles } from '../audio/renderFolder.ts'
import { decibels } from '../audio/soundLevels.ts'
import { type TableRow, textTable } from '../support/text/table.ts'
import { isMidiName, MIDI_ENDINGS } from '../score/midiNames.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'

export interface RenderOptions {
  /** MIDI files, and folders to search for them. */
  readonly paths: readonly string[]
  /** Also those that have a newer MP3 beside them. */
  readonly force: boolean
  readonly bitrate: Bitrate
}

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
    throw new UserError(`${path} is no MIDI file by its name (${MIDI_ENDINGS.join(', ')}): sound is made of MIDI files`)
  return [path]
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0 // one that failed
    throw error
  }
}

const level = (value: number): string => `${decibels(value).toFixed(1)} dB`.replace('-', '−')

/** A row a file that was written, and what all of it comes to. */
export function renderText({ written, skipped, failed, totalBytes }: RenderReport): string {
  const rows = written.map(({ path, seconds, bytes, peak, rms }): TableRow => {
    return {
      sound: relative(process.cwd(), path),
      seconds: seconds.toFixed(1),
      bytes,
      peak: level(peak),
      RMS: level(rms),
    }
  })
  const of = (measure: 'peak' | 'rms'): string => {
    const values = written.map((each) => each[measure])
    return `${level(Math.min(...values))} to ${level(Math.max(...values))}`
  }
  const levels = written.length === 0 ? [] : [`peak ${of('peak')}, RMS ${of('rms')}`]
  const parts = [
    `${written.length} written`,
    ...(skipped > 0 ? [`${skipped} were there already (--force makes them again)`] : []),
    ...(failed.length > 0 ? [`${failed.length} could not be made`] : []),
    `${(totalBytes / 1e6).toFixed(2)} MB in all`,
    ...levels,
  ]
  return [...(rows.length > 0 ? [textTable(rows), ''] : []), parts.join('; ')].join('\n')
}

interface Flags {
  readonly force: boolean
  readonly bitrate: string
  readonly json?: true
}

/** `cantus render FOLDER|FILE…` */
export function registerRender(program: Command): void {
  program
    .command('render')
    .description('make MIDI files into sound, an MP3 beside each, through a SoundFont')
    .argument('<path...>', 'MIDI files, or folders of them')
    .option('--force', 'also those that have a newer MP3', false)
    .addOption(
      new Option('--bitrate <kbps>', 'kilobits a second of the MP3, mono')
        .choices(BITRATES.map(String))
        .default(String(DEFAULT_BITRATE)),
    )
    .option('--json', 'print the result as one JSON object')
    .action(async (paths: string[], { force, bitrate, json }: Flags) => {
      const report = await render({ paths, force, bitrate: Number(bitrate) as Bitrate }, cliEffects())
      printResult(report, json, renderText)
      if (report.failed.length > 0) process.exitCode = 1
    })
}

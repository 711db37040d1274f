import { relative } from 'node:path'
import type { Command } from 'commander'
import { choice, withJson } from './options.ts'
import { type Bitrate, BITRATES, DEFAULT_BITRATE } from '../audio/encodeMp3.ts'
import { decibels } from '../audio/soundLevels.ts'
import { type TableRow, textTable } from '../support/text/table.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { render, type RenderReport } from '../audio/renderPaths.ts'

const level = (value: number): string => `${decibels(value).toFixed(1)} dB`.replace('-', '−')

/** One row per file that was written, and the totals. */
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
    ...(skipped > 0 ? [`${skipped} already exist (--force makes them again)`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    `${(totalBytes / 1e6).toFixed(2)} MB in total`,
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
  withJson(program.command('render'))
    .description('render MIDI files with a SoundFont, an MP3 beside each')
    .argument('<path...>', 'MIDI files, or folders of them')
    .option('--force', 'also render files that have a newer MP3', false)
    .addOption(
      choice('--bitrate <kbps>', 'kilobits per second of the mono MP3', BITRATES.map(String)).default(
        String(DEFAULT_BITRATE),
      ),
    )
    .action(async (paths: string[], { force, bitrate, json }: Flags) => {
      const report = await render({ paths, force, bitrate: Number(bitrate) as Bitrate }, cliEffects())
      printResult(report, json, renderText)
      if (report.failed.length > 0) process.exitCode = 1
    })
}

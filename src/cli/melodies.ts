import type { Command } from 'commander'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { type ScoreMelodies, extractFiles } from '../dataset/extractFiles.ts'
import { DEFAULT_EXTRACTION } from '../dataset/scoreToMelodies.ts'
import { HEADINGS, jsonLine, summaryLine, tableLine, tableLines } from '../study/text/melodiesText.ts'
import { nameWidth } from '../study/text/nameWidth.ts'
import { lineEffects } from '../support/terminal/cliEffects.ts'
import { realNumber } from '../support/terminal/optionParsers.ts'
import { printLine } from '../support/terminal/printLines.ts'
import { whole } from './options.ts'

/** Options of `cantus melodies` as commander parses them. */
export interface Flags extends ExtractionConfig {
  readonly json?: true
}

/** `cantus melodies FILE…` */
export function registerMelodies(program: Command): void {
  const { stepsPerQuarter, minBars, maxSteps, minPitches, gapBars } = DEFAULT_EXTRACTION
  program
    .command('melodies')
    .description('the melodies of scores (MIDI, ABC, MusicXML, NoteSequences), and why a track gives none')
    .argument(
      '<file...>',
      'scores, folders of them, a tune of a tunebook as book.abc#X or a record as notes.tfrecord#1',
    )
    .option('--json', 'print one line of JSON per file')
    .addOption(whole('--steps-per-quarter <n>', 'grid: steps per quarter note', [1, 1000]).default(stepsPerQuarter))
    .addOption(whole('--min-bars <n>', 'shortest melody, in bars', [0, 1_000_000]).default(minBars))
    .addOption(whole('--max-steps <n>', 'cut longer melodies to this many steps', [1, 1_000_000]).default(maxSteps))
    .addOption(whole('--min-pitches <n>', 'distinct pitch classes a melody needs', [0, 12]).default(minPitches))
    .option(
      '--gap-bars <n>',
      'a rest this long, in bars, ends a melody (Infinity: none does)',
      realNumber('--gap-bars', 'a number, 0 or more', (value) => value >= 0),
      gapBars,
    )
    .option('--ignore-polyphonic', 'of notes that start together keep the highest', false)
    .action(async (files: string[], flags: Flags) => void (await runMelodies(files, flags)))
}

/** @returns how many scores could not be read. */
export async function runMelodies(
  paths: readonly string[],
  { json = undefined, ...extraction }: Flags,
): Promise<number> {
  const effects = lineEffects()
  if (json) {
    const onScore = (row: ScoreMelodies): void => printLine(jsonLine(row))
    return (await extractFiles({ paths, extraction, onScore }, effects)).unreadable
  }
  const fileWidth = await nameWidth(paths)
  printLine(tableLine(HEADINGS, fileWidth))
  const onScore = (row: ScoreMelodies): void => tableLines(row, extraction, fileWidth).forEach(printLine)
  const summary = await extractFiles({ paths, extraction, onScore }, effects)
  printLine('')
  printLine(summaryLine(summary))
  return summary.unreadable
}

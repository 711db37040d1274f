import type { Command } from 'commander'
import { type InspectLine, inspectFiles } from '../dataset/inspectFiles.ts'
import { HEADINGS, detailLines, tableCells, tableLine } from '../study/text/inspectText.ts'
import { nameWidth } from '../study/text/nameWidth.ts'
import { lineEffects } from '../support/terminal/cliEffects.ts'
import { printLine } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'

/** `cantus inspect FILE…` */
export function registerInspect(program: Command): void {
  program
    .command('inspect')
    .description(
      'what is in scores (MIDI, ABC, MusicXML, NoteSequences): notes, tempos, metres and, of each file named, its tracks; or why a file cannot be read',
    )
    .argument('<file...>', 'scores, or folders of them')
    .option('--json', 'print one line of JSON per file')
    .action((files: string[], flags: { json?: true }) => runInspect(files, flags.json === true))
}

async function runInspect(paths: readonly string[], json: boolean): Promise<void> {
  const effects = lineEffects()
  if (json) {
    await inspectFiles({ paths, onLine: (line) => printLine(JSON.stringify(line)) }, effects)
    return
  }
  const fileWidth = await nameWidth(paths)
  printLine(tableCells('file'.padEnd(fileWidth), HEADINGS))
  const named = new Set(paths)
  const onLine = (line: InspectLine): void => {
    // Files of a folder have a row each; a file that is named shows its tracks as well.
    const isNamed = named.has(line.file) || named.has(line.file.slice(0, line.file.lastIndexOf('#')))
    for (const text of [tableLine(line, fileWidth), ...detailLines(line, isNamed)]) printLine(text)
  }
  const { scores, unreadable } = await inspectFiles({ paths, onLine }, effects)
  printLine('')
  printLine(`${counted(scores, 'score')}, ${unreadable} of them could not be read`)
}

import type { Command } from 'commander'
import type { Split } from '../dataset/dataset.ts'
import { CORPUS_FORMATS, type CorpusFormat, exportCorpus } from '../study/exportCorpus.ts'
import type { PolyphonyPolicy } from '../study/corpusJob.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'
import { policyOption, withScores } from './corpusBuild.ts'
import { choice, withJson } from './options.ts'

interface Flags {
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly format: CorpusFormat
  readonly out: string
  readonly melodies: boolean
  readonly split?: Split
  readonly policy: PolyphonyPolicy
  readonly json?: boolean
}

/** `cantus corpus export`. */
export function registerCorpusExport(corpus: Command): void {
  withJson(withScores(corpus.command('export')))
    .description('write a corpus for other programs: NoteSequences as note-seq and Magenta read them, MusicXML or ABC')
    .addOption(
      choice(
        '--format <format>',
        'tfrecord: one file of NoteSequences; musicxml, abc: a file per melody',
        CORPUS_FORMATS,
      ).default('tfrecord'),
    )
    .requiredOption('--out <path>', 'the file, or of musicxml and abc the folder, to write')
    .option('--melodies', 'the melodies that training would use, instead of whole scores', false)
    .addOption(choice('--split <side>', 'one side of the split (default: all)', ['train', 'validation', 'test']))
    .addOption(policyOption())
    .action(async ({ json, ...options }: Flags) => {
      const result = await exportCorpus({ ...options, folders: studyFolders() }, cliEffects())
      printResult(result, json, ({ out, written, unreadable }) => {
        const lost =
          unreadable === 0 ? '' : `; ${counted(unreadable, 'score')} could not be read (cantus corpus build names them)`
        return `${out}: ${counted(written, options.melodies ? 'melody' : 'score', options.melodies ? 'melodies' : 'scores')}${lost}`
      })
    })
}

import type { Command } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { countPassages } from '../dataset/twoVoices.ts'
import { voicesText } from '../study/text/voicesText.ts'
import { openVoices } from '../study/voices/openVoices.ts'
import { writePassages } from '../study/voices/writePassages.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { scaleOption, whole, withJson } from './options.ts'

interface Flags {
  readonly scale: Scale
  readonly corpus: readonly string[]
  readonly out?: string
  readonly count: number
  readonly json?: boolean
}

/** `cantus corpus voices`. */
export function registerCorpusVoices(corpus: Command): void {
  withJson(corpus.command('voices'))
    .description('count the passages in which two voices sound together; write some of them as MIDI to hear them')
    .addOption(
      scaleOption('smoke: starter set; quick: Palestrina from the music21 wheel; full: shared corpora').default(
        'quick',
      ),
    )
    .option('--corpus <dir>', 'a folder of scores with several tracks instead (repeatable)', collect, [])
    .option('--out <dir>', 'write passages there, a track per voice')
    .addOption(whole('--count <n>', 'how many to write: the first by the sha256 of their names', [1]).default(12))
    .action(async ({ scale, corpus: folders, out, count, json }: Flags) => {
      const voices = await openVoices({ scale, corpus: folders, folders: studyFolders() }, cliEffects())
      const files = out === undefined ? [] : await writePassages(voices.passages, out, count)
      const result = { corpus: voices.corpus, hash: voices.hash, ...countPassages(voices.passages), written: files }
      printResult(result, json, voicesText)
    })
}

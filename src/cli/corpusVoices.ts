import { join } from 'node:path'
import type { Command } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { countPassages } from '../dataset/twoVoices.ts'
import { openVoices } from '../study/voices/openVoices.ts'
import { passageMidi } from '../study/voices/passageMidi.ts'
import { createFolder } from '../support/createFolder.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'
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
      printResult(result, json, linesOf)
    })
}

async function writePassages(
  passages: Awaited<ReturnType<typeof openVoices>>['passages'],
  out: string,
  count: number,
): Promise<string[]> {
  createFolder(out)
  const ranked = passages.map((passage) => ({ passage, rank: sha256(passage.id) }))
  const first = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, count)
  const written: string[] = []
  for (const { passage, rank } of first) {
    const path = join(out, `${passage.split}-${rank.slice(0, 12)}.mid`)
    await writeFileAtomic(path, passageMidi(passage))
    written.push(path)
  }
  return written
}

type Counted = ReturnType<typeof countPassages> & { readonly corpus: string; readonly written: readonly string[] }

function linesOf({ corpus, passages, files, families, written }: Counted): string {
  const { train, validation, test } = passages
  return [
    `${corpus}: ${counted(train + validation + test, 'passage')} of two voices in ${counted(files, 'file')} of ${counted(families, 'family', 'families')}`,
    `  ${train} to train on, ${validation} to choose by, ${test} to test`,
    ...written.map((path) => `  ${path}`),
  ].join('\n')
}

import type { Command } from 'commander'
import type { CorpusRequest } from '../dataset/buildDataset.ts'
import { reportCorpus, reportPath } from '../study/corpusReport.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { ignoredLines } from '../study/text/corpusStatsText.ts'
import { withScores } from './corpusBuild.ts'
import { counted } from '../support/text/counted.ts'

/** `cantus corpus report`. */
export function registerCorpusReport(corpus: Command): void {
  withScores(corpus.command('report'))
    .description('write all counts of a corpus to one JSON file: funnel, reasons, intervals, families, both policies')
    .option('--out <file>', 'the file to write (default: report/results/corpus.json)')
    .action(async ({ corpus, style, out }: CorpusRequest & { out?: string }) => {
      const folders = studyFolders()
      const path = out ?? reportPath(folders.root)
      const { funnel } = await reportCorpus({ corpus, style, folders, out: path }, cliEffects())
      const { files, melodies, families, hash } = funnel
      process.stdout.write(
        [
          `${counted(files, 'file')}, ${counted(melodies.total, 'melody', 'melodies')}, ${counted(families, 'family', 'families')} (data set ${hash.slice(0, 12)})`,
          ...ignoredLines(funnel),
          `${path}\n`,
        ].join('\n'),
      )
    })
}

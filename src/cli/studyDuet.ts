import type { Command } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { duetFile } from '../results/duetReport.ts'
import { publishedDuetsFile } from '../results/publishedDuets.ts'
import { resultsThere } from '../study/studyResults.ts'
import { knowledgeText } from '../study/text/duetText.ts'
import { measureKnowledge } from '../study/voices/measureKnowledge.ts'
import { PUBLISHED_DUETS, publishDuets } from '../study/voices/publishDuets.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { scaleOption, withJson, withResultsFolder } from './options.ts'

interface Flags {
  readonly scale: Scale
  readonly corpus: readonly string[]
  readonly parent: string
  readonly json?: boolean
}

/** `cantus study duet [MODEL]` and `cantus study duets` */
export function registerStudyDuet(study: Command): void {
  withJson(study.command('duet'))
    .description(`measure what a second voice gains from hearing the other one (${duetFile.path})`)
    .argument('[model]', 'a second voice: 3.3, a run of "cantus train --iteration 3.3", or its file', '3.3')
    .addOption(scaleOption('whose held-out passages').default('full'))
    .option(
      '--corpus <dir>',
      'held-out passages of a folder of scores with several tracks instead (repeatable)',
      collect,
      [],
    )
    .option('--parent <name>', 'the model that it started from, to show what it forgot', '3.1')
    .action(async (model: string, { scale, corpus, parent, json }: Flags) => {
      const options = { model, scale, corpus, parent, folders: studyFolders() }
      printResult(await measureKnowledge(options, cliEffects()), json, knowledgeText)
    })
  withJson(withResultsFolder(study.command('duets')))
    .description(`let one performer be answered by each mode of the partner (${publishedDuetsFile.path})`)
    .action(async ({ results, json }: { readonly results?: string; readonly json?: boolean }) => {
      const effects = cliEffects()
      const made = await publishDuets((await resultsThere({ results }, effects)).folders, effects)
      printResult(made, json, () => `${made.duets.length} duets in ${PUBLISHED_DUETS}; ${publishedDuetsFile.path}`)
    })
}

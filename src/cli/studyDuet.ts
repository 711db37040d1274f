import type { Command } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { duetFile } from '../results/duetReport.ts'
import { knowledgeText } from '../study/text/duetText.ts'
import { measureKnowledge } from '../study/voices/measureKnowledge.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { scaleOption, withJson } from './options.ts'

interface Flags {
  readonly scale: Scale
  readonly corpus: readonly string[]
  readonly parent: string
  readonly json?: boolean
}

/** `cantus study duet [MODEL]` */
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
}

import type { Command } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { duetFile, type DuetKnowledge } from '../results/duetReport.ts'
import { measureKnowledge } from '../study/voices/measureKnowledge.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { percentText } from '../support/text/percentText.ts'
import { textTable } from '../support/text/table.ts'
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
      printResult(await measureKnowledge(options, cliEffects()), json, linesOf)
    })
}

const KNOWN = [
  ['not at all', 'none'],
  ['up to the step before', 'before'],
  ['with what begins on the step', 'onset'],
] as const

function linesOf(found: DuetKnowledge): string {
  const rows = KNOWN.map(([words, name]) => {
    const { loss, rhythm, rest, pitch } = found[name]
    return { 'it knows the other voice': words, loss, rhythm, 'note or rest': rest, pitch }
  })
  const alone =
    found.alone === null
      ? []
      : [
          `Alone, on ${found.alone.melodies} general test melodies: loss ${found.alone.loss.toFixed(4)}; the model it started from ${found.alone.parent.toFixed(4)}`,
        ]
  return [
    `${found.passages} held-out passages of ${found.corpus}, both directions; nats per step`,
    textTable(rows),
    `Hearing the step saves ${percentText(found.saved)} of the loss`,
    ...alone,
  ].join('\n')
}

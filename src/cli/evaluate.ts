import { type Command, Option } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { SCALES } from '../config/scales.ts'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { type EvaluateOptions, evaluateModel } from '../study/evaluateModel.ts'
import { type AsJson, printFound } from '../study/printFound.ts'
import { reportText } from '../study/text/evaluationText.ts'
import { nowSpelled } from '../support/terminal/nowSpelled.ts'
import { choice, withJson, withMusic, withResultsFolder } from './options.ts'
import { runProfile } from './profile.ts'
import { runLogs, runSummarize } from './study.ts'

interface Flags extends Pick<EvaluateOptions, 'corpus' | 'style' | 'split' | 'seen' | 'engine'>, AsJson {
  readonly results?: string
  readonly loose?: boolean
  /** Earlier spellings of other commands. */
  readonly scale?: Scale
  readonly further: boolean
  readonly studyLogs?: string
  readonly musical?: string[] | false
}

async function runEvaluate(model: string | undefined, flags: Flags): Promise<void> {
  const { studyLogs, musical } = flags
  if (studyLogs !== undefined) return runLogs(nowSpelled(studyLogs, 'evaluate --study-logs', 'study logs DIR'), flags)
  if (Array.isArray(musical)) return runProfile(nowSpelled(musical, 'evaluate --musical', 'profile PATHS'), flags)
  if (model === undefined)
    return runSummarize(nowSpelled({ ...flags, musical: musical !== false }, 'evaluate', 'study summarize'))
  // The folders of music are what it is measured on, not what its results are of.
  const { results, json } = flags
  await printFound(
    { results, json },
    ({ folders }, effects) => evaluateModel({ ...flags, model, folders }, effects),
    reportText,
  )
}

/** `cantus evaluate MODEL` */
export function registerEvaluate(program: Command): void {
  const hidden = (flags: string): Option => new Option(flags).hideHelp()
  withJson(
    withMusic(withResultsFolder(program.command('evaluate')), 'a folder of music', 'a folder of music of one style'),
  )
    .description('measure a model on your own music, beside n-grams, PPM and an IDyOM-like predictor')
    .argument('[model]', MODEL_NAMES_HELP)
    .addOption(
      choice('--split <side>', 'side of the corpus to measure', ['all', 'train', 'validation', 'test']).default('all'),
    )
    .addOption(
      choice('--seen <how>', "what to do with the model's training melodies", [
        'refuse',
        'leave-out',
        'include',
      ]).default('refuse'),
    )
    .addOption(
      choice('--engine <name>', 'portable: slow, the same digits on every machine', ['backend', 'portable']).default(
        'backend',
      ),
    )
    .option('--loose', 'take the top line of polyphonic tracks instead of dropping them as the study did')
    .addOption(hidden('--scale <scale>').choices(SCALES))
    .addOption(hidden('--further').default(false))
    .addOption(hidden('--no-further'))
    .addOption(hidden('--musical <paths...>'))
    .addOption(hidden('--no-musical'))
    .addOption(hidden('--study-logs <dir>'))
    .action(runEvaluate)
}

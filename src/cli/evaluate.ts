import { type Command, Option } from 'commander'
import { BASELINE_TITLES, MEASURE_TITLES } from '../charts/measures.ts'
import type { Scale } from '../config/experimentConfig.ts'
import { SCALES } from '../config/scales.ts'
import { type Baselines, worseThanFrequencies } from '../evaluation/baselines.ts'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { type Interval, MEASURES, type TestScores, type TestSet } from '../results/summary.ts'
import { type EvaluateOptions, evaluateModel, type EvaluationReport } from '../study/evaluateModel.ts'
import { choice, withJson, withMusic, withResultsFolder } from './options.ts'
import { resultsThere } from '../study/studyResults.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'
import { type TableRow, textTable } from '../support/text/table.ts'
import { nowSpelled } from './nowSpelled.ts'
import { runProfile } from './profile.ts'
import { runLogs, runSummarize } from './study.ts'
import { entriesOf } from '../support/records.ts'

const digits = (value: number): string => (Number.isNaN(value) ? 'undefined' : value.toFixed(4))
const intervalText = ({ value, low, high }: Interval): string => `${digits(value)} [${digits(low)}, ${digits(high)}]`

/** What the model and the predictors without a network are compared by. */
const COMPARED = ['loss', 'bitsPerNote', 'eventAccuracy'] as const

/** Scores of several names as a table: one row per measure, one column per name; value and 95% interval. */
function scoreTable(columns: Readonly<Record<string, TestScores>>): string {
  const rows = MEASURES.map((measure): TableRow => {
    const cells = Object.entries(columns).map(([name, scores]) => [name, intervalText(scores[measure])])
    return { measure: MEASURE_TITLES[measure], ...(Object.fromEntries(cells) as Record<string, string>) }
  })
  return textTable(rows)
}

/** The predictors without a network, a row per set and predictor; nothing without any. */
export function predictorLines(predictors: EvaluationReport['predictors']): string[] {
  const rows = entriesOf(predictors).flatMap(([set, found]) =>
    found.map(({ name, test }): TableRow => ({
      'without a network': BASELINE_TITLES[name],
      melodies: set,
      ...Object.fromEntries(COMPARED.map((measure) => [MEASURE_TITLES[measure], intervalText(test[measure])])),
    })),
  )
  if (rows.length === 0) return []
  return [
    textTable(rows),
    'Each melody by predictors that counted other families of this corpus, so they know its kind of music.',
    '',
  ]
}

function reportText(report: EvaluationReport): string {
  const { checkpoint, step, encoding, corpus, test, baselines, predictors, melodies } = report
  const { found, copies, seen, measured } = melodies
  const trained =
    seen === null
      ? 'no list of its training melodies, so none could be left out'
      : `${seen.toLocaleString('en')} of them were trained on`
  return [
    `${checkpoint} (${encoding}${step === null ? '' : `, step ${step.toLocaleString('en')}`}) on ${corpus}`,
    `${counted(found, 'melody', 'melodies')}, ${copies.toLocaleString('en')} of them copies; ${trained}; ${measured.toLocaleString('en')} measured`,
    '',
    scoreTable(test),
    '',
    ...predictorLines(predictors),
    ...baselineLines(test, baselines),
    'In brackets: 95% intervals (bootstrap over families of similar files).',
  ].join('\n')
}

/** What event frequencies alone reach, and whether the model does better. */
export function baselineLines(test: EvaluationReport['test'], baselines: EvaluationReport['baselines']): string[] {
  return entriesOf<TestSet, Baselines>(baselines).flatMap(([set, found]) => {
    const worse = worseThanFrequencies(test[set]!.loss.value, found)
    return [
      `Event frequencies of the ${set} training side alone: loss ${digits(found.unigramLoss)}, accuracy ${digits(found.majorityAccuracy)}`,
      ...(worse === null ? [] : [`Warning: on ${set} music this model ${worse}`]),
    ]
  })
}

interface Flags extends Pick<EvaluateOptions, 'corpus' | 'style' | 'split' | 'seen' | 'engine'> {
  readonly results?: string
  readonly loose?: boolean
  readonly json?: boolean
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
  const effects = cliEffects()
  // The folders of music are what it is measured on, not what its results are of.
  const { folders } = await resultsThere({ results: flags.results }, effects)
  printResult(await evaluateModel({ ...flags, model, folders }, effects), flags.json, reportText)
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

import { BASELINE_TITLES, MEASURE_TITLES } from '../../charts/measures.ts'
import { type Baselines, worseThanFrequencies } from '../../evaluation/baselines.ts'
import { type Interval, MEASURES, type TestScores, type TestSet } from '../../results/summary.ts'
import { entriesOf } from '../../support/records.ts'
import { counted } from '../../support/text/counted.ts'
import { type TableRow, textTable } from '../../support/text/table.ts'
import type { EvaluationReport } from '../evaluateModel.ts'
import { propertyOf } from '../../support/itemAt.ts'

/** Four decimals. */
export const digits = (value: number): string => (Number.isNaN(value) ? 'undefined' : value.toFixed(4))
const intervalText = ({ value, low, high }: Interval): string => `${digits(value)} [${digits(low)}, ${digits(high)}]`

/** What the model and the predictors without a network are compared by. */
const COMPARED = ['loss', 'bitsPerNote', 'eventAccuracy'] as const

/** Scores of several names as a table: one row per measure, one column per name; value and 95% interval. */
function scoreTable(columns: Readonly<Record<string, TestScores>>): string {
  const rows = MEASURES.map((measure): TableRow => {
    const cells = Object.entries(columns).map(([name, scores]): [string, string] => [
      name,
      intervalText(scores[measure]),
    ])
    return { measure: MEASURE_TITLES[measure], ...Object.fromEntries(cells) }
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

/** The scores of a model on a corpus, beside predictors without a network. */
export function reportText(report: EvaluationReport): string {
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
    const worse = worseThanFrequencies(propertyOf(test, set).loss.value, found)
    return [
      `Event frequencies of the ${set} training side alone: loss ${digits(found.unigramLoss)}, accuracy ${digits(found.majorityAccuracy)}`,
      ...(worse === null ? [] : [`Warning: on ${set} music this model ${worse}`]),
    ]
  })
}

import type { StudyRecord } from '../iterations/studyRecord.js'
import type {
  Interval,
  MeasureName,
  TestScores,
  Gap,
  LeakStudy,
  RowMeans,
  SeedStudy,
  Summary,
  TestSet,
} from '../iterations/summary.js'
import type { IterationName } from '../iterations/experimentConfig.js'
import { isShare, MEASURE_TITLES, shareText } from './measures.js'
import type { TableRow } from './table.js'

const fixed = (value: number | null, places = 3): string =>
  value === null || Number.isNaN(value) ? '–' : value.toFixed(places)

/** Stands for a table where the published iterations were not measured together. */
export const NOT_MEASURED: readonly TableRow[] = [
  { 'not measured yet': 'cantus evaluate does, once all iterations are published' },
]

/** A measure with its 95% interval, in words: `0.704 (0.690 to 0.719)`; shares in percent. */
export function intervalText(measure: MeasureName, { value, low, high }: Interval): string {
  const text = isShare(measure) ? shareText : fixed
  return `${text(value)} (${text(low)} to ${text(high)})`
}

const SHOWN: readonly MeasureName[] = ['loss', 'bitsPerNote', 'accuracy', 'eventAccuracy', 'noEventAccuracy']

const measured = (scores: TestScores): TableRow =>
  Object.fromEntries(SHOWN.map((measure) => [MEASURE_TITLES[measure], intervalText(measure, scores[measure])]))

/** The iterations and what needs no network on one test set, a row each. */
export function testTable(
  { iterations, baselines }: Pick<Summary, 'iterations' | 'baselines'>,
  set: TestSet,
): TableRow[] {
  const models = Object.entries(iterations).map(([name, { steps, test }]): TableRow => {
    return { predictor: `iteration ${name}`, steps, ...measured(test[set]) }
  })
  const others = baselines[set].map(({ name, order, trainedOn, test }): TableRow => {
    const context = order === null ? '' : `, context ${order}`
    return { predictor: `${name}${context}; counted ${trainedOn}`, steps: null, ...measured(test) }
  })
  return [...models, ...others]
}

/** One iteration's row of that table on both test sets, and the best baseline of each. */
export function ownTable(summary: Pick<Summary, 'iterations' | 'baselines'>, iteration: IterationName): TableRow[] {
  return (['general', 'style'] as const).flatMap((set) => {
    const best = summary.baselines[set].reduce((a, b) => (b.test.loss.value < a.test.loss.value ? b : a))
    const { melodies } = best.test
    return [
      {
        'test melodies': `${set} (${melodies})`,
        predictor: `iteration ${iteration}`,
        ...measured(summary.iterations[iteration].test[set]),
      },
      {
        'test melodies': `${set} (${melodies})`,
        predictor: `best without a network: ${best.name}`,
        ...measured(best.test),
      },
    ]
  })
}

const meansText = ({ mean, sd, n }: Pick<RowMeans, 'mean' | 'sd' | 'n'>): string =>
  `${shareText(mean)} (sd ${shareText(sd)}, n ${n})`

/** The study's protocol, ours and its own: the last minibatch, the mean of the last hundred, and the held-out number. */
export function asInTheStudyTable({ iterations }: Pick<Summary, 'iterations'>, study: StudyRecord | null): TableRow[] {
  return Object.entries(iterations).flatMap(([name, { asInTheStudy, test }]) => {
    const set: TestSet = name === '2.2' ? 'style' : 'general'
    const record = study?.iterations[name as IterationName] ?? null
    const log = record?.log ?? null
    const ours: TableRow = {
      iteration: name,
      whose: 'ours',
      step: asInTheStudy.step,
      'accuracy, one minibatch': shareText(asInTheStudy.accuracy),
      'loss, one minibatch': fixed(asInTheStudy.loss),
      'no-event accuracy': shareText(asInTheStudy.noEventAccuracy),
      'accuracy, last minibatches': meansText(asInTheStudy.last100),
      'accuracy, held out': intervalText('accuracy', test[set].accuracy),
      'event accuracy, held out': intervalText('eventAccuracy', test[set].eventAccuracy),
    }
    if (record === null) return [ours]
    const theirs: TableRow = {
      iteration: name,
      whose: "the study's",
      step: log?.printedRow.step ?? null,
      'accuracy, one minibatch': shareText(record.printed.accuracy),
      'loss, one minibatch': fixed(record.printed.loss),
      'no-event accuracy': shareText(record.printed.noEventAccuracy),
      'accuracy, last minibatches': log === null ? 'no log' : meansText({ ...log.last100.accuracy, n: log.last100.n }),
      'accuracy, held out': 'not measured',
      'event accuracy, held out': 'not measured',
    }
    return [ours, theirs]
  })
}

/** Iterations 2.1 and 2.2 on both test sets: what the style gained, and what it cost. */
export function forgettingTable({ forgetting }: Pick<Summary, 'forgetting'>): TableRow[] {
  return Object.entries(forgetting.models).flatMap(([model, { steps, test }]) =>
    (['general', 'style'] as const).map((set): TableRow => {
      return {
        model: `iteration ${model}`,
        steps,
        'test melodies': `${set} (${test[set].melodies})`,
        ...measured(test[set]),
      }
    }),
  )
}

/** A difference in words: what it is, its interval, and whether it decides anything. */
export function differenceSentence(what: string, { value, low, high }: Interval, lowerIsBetter = true): string {
  const size = `${Math.abs(value).toFixed(3)} ${value < 0 ? 'lower' : 'higher'} (95% interval ${low.toFixed(3)} to ${high.toFixed(3)})`
  if (!(low > 0 || high < 0)) return `${what}: ${size}. The data do not decide.`
  return `${what}: ${size}; ${value < 0 === lowerIsBetter ? 'better' : 'worse'}.`
}

/** What more data bought, set by set. */
export function moreDataSentences({ moreData, iterations }: Pick<Summary, 'moreData' | 'iterations'>): string[] {
  const { '1': first, '2.1': second } = iterations
  return [
    ...(['general', 'style'] as const).map((set) =>
      differenceSentence(`Loss of iteration 2.1 against iteration 1 on the ${set} test melodies`, moreData[set].loss!),
    ),
    ...(first.steps === second.steps
      ? []
      : [
          `Iteration 1 has made ${first.steps.toLocaleString('en')} steps and iteration 2.1 ${second.steps.toLocaleString('en')}: the difference is of both data and steps.`,
        ]),
  ]
}

/** What the transfer gained in the style, and what it cost elsewhere. */
export function transferSentences({ forgetting }: Pick<Summary, 'forgetting'>): string[] {
  return [
    differenceSentence('Loss of iteration 2.2 against 2.1 in the style', forgetting.differences.style.loss!),
    differenceSentence('Loss of iteration 2.2 against 2.1 on general music', forgetting.differences.general.loss!),
  ]
}

/** Whether the accuracy on training melodies is memory: both sides with dropout off. */
export function gapSentence({ iteration, atTheEnd: { train, test } }: Gap): string {
  const gap = train.accuracy.value - test.accuracy.value
  return (
    `Iteration ${iteration} is right on ${shareText(train.accuracy.value)} of the steps of its training melodies and on ` +
    `${shareText(test.accuracy.value)} of those of the test melodies, dropout off on both: the difference, ${(gap * 100).toFixed(1)} points, is what it has by heart.`
  )
}

/** How far equal runs lie apart that differ in their seeds alone. */
export function seedTable({ iterations }: SeedStudy): TableRow[] {
  return Object.entries(iterations).flatMap(([iteration, { runs, spread }]) =>
    (['general', 'style'] as const).map((set): TableRow => {
      const losses = runs.map(({ test }) => fixed(test[set].loss)).join(', ')
      const { loss, eventAccuracy } = spread[set]
      return {
        iteration,
        'test melodies': set,
        'loss of each seed': losses,
        'mean loss': fixed(loss.mean),
        sd: fixed(loss.sd),
        'mean event accuracy': shareText(eventAccuracy.mean),
        'its sd': shareText(eventAccuracy.sd),
      }
    }),
  )
}

/** Two splits of the same files. */
export function leakTable({ splits }: LeakStudy): TableRow[] {
  const names = { byFamily: 'by family (here)', byFile: 'file by file (the study)' } as const
  return (['byFamily', 'byFile'] as const).map((split): TableRow => {
    const { trainingMelodies, testMelodies, seen, model, ppm } = splits[split]
    return {
      split: names[split],
      'training melodies': trainingMelodies,
      'test melodies': testMelodies,
      'of them copies of training melodies': seen,
      'loss, iteration 2.1': intervalText('loss', model.loss),
      'event accuracy, iteration 2.1': intervalText('eventAccuracy', model.eventAccuracy),
      'loss, ppm': intervalText('loss', ppm.loss),
      'event accuracy, ppm': intervalText('eventAccuracy', ppm.eventAccuracy),
    }
  })
}

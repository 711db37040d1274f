import type { StudyRecord } from '../results/studyRecord.ts'
import type {
  BaselineName,
  Interval,
  MeasureName,
  TestScores,
  Gap,
  LeakStudy,
  QuickStudy,
  RowMeans,
  SeedStudy,
  Summary,
  TestSet,
} from '../results/summary.ts'
import type { IterationName } from '../config/experimentConfig.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import {
  BASELINE_TITLES,
  baselineWords,
  bestBaseline,
  isShare,
  MEASURE_TITLES,
  rivalOfTransfer,
  shareText,
} from './measures.ts'
import type { TableRow } from '../support/text/table.ts'
import { propertyOf } from '../support/itemAt.ts'
import { withMinus } from '../support/text/withMinus.ts'

const fixed = (value: number | null, places = 3): string =>
  value === null || Number.isNaN(value) ? '–' : withMinus(value.toFixed(places))

/** Stands for a table where the published iterations were not measured together. */
export const NOT_MEASURED: readonly TableRow[] = [
  {
    'not measured yet':
      'cantus study summarize measures it once all iterations are published; seeds and splits with --further, which trains seven quick models',
  },
]

/** A measure with its 95% interval, in words: `0.704 (0.690 to 0.719)`; shares in percent. */
export function intervalText(measure: MeasureName, { value, low, high }: Interval): string {
  const text = isShare(measure) ? shareText : fixed
  return `${text(value)} (${text(low)} to ${text(high)})`
}

const SHOWN: readonly MeasureName[] = ['loss', 'bitsPerNote', 'accuracy', 'eventAccuracy', 'noEventAccuracy']

const measured = (scores: TestScores): TableRow =>
  Object.fromEntries(SHOWN.map((measure) => [MEASURE_TITLES[measure], intervalText(measure, scores[measure])]))

/** The iterations, their mixtures with a baseline and what needs no network on one test set, a row each. */
export function testTable(
  { iterations, baselines, mixtures }: Pick<Summary, 'iterations' | 'baselines' | 'mixtures'>,
  set: TestSet,
): TableRow[] {
  const models = Object.entries(iterations).flatMap(([name, { steps, test, last }]): TableRow[] => [
    { predictor: `iteration ${name}`, steps, ...measured(test[set]) },
    ...(last === undefined
      ? []
      : [{ predictor: `iteration ${name}, end of its run`, steps: last.steps, ...measured(last.test[set]) }]),
  ])
  const others = baselines[set].map(({ name, order, trainedOn, test }): TableRow => {
    const context = order === null ? '' : `, context ${order}`
    return { predictor: `${BASELINE_TITLES[name]}${context}; counted ${trainedOn}`, steps: null, ...measured(test) }
  })
  const mixed = (mixtures?.[set] ?? []).map(({ iteration, baseline, trainedOn, weights, test }): TableRow => {
    const name = `iteration ${iteration} + ${BASELINE_TITLES[baseline]}`
    const { length, rest, interval } = weights
    const shares = `weights ${length} (length), ${rest} (rest), ${interval} (interval)`
    return { predictor: `${name}, ${shares}; counted ${trainedOn}`, steps: null, ...measured(test) }
  })
  return [...models, ...mixed, ...others]
}

/** One iteration's row of that table on both test sets, and the best baseline of each. */
export function ownTable(summary: Pick<Summary, 'iterations' | 'baselines'>, iteration: IterationName): TableRow[] {
  const own = summary.iterations[iteration]
  if (own === undefined) return []
  return (['general', 'style'] as const).flatMap((set) => {
    const best = bestBaseline(summary.baselines[set])
    const { melodies } = best.test
    return [
      {
        'test melodies': `${set} (${melodies})`,
        predictor: `iteration ${iteration}`,
        ...measured(own.test[set]),
      },
      {
        'test melodies': `${set} (${melodies})`,
        predictor: `best without a network: ${BASELINE_TITLES[best.name]}`,
        ...measured(best.test),
      },
    ]
  })
}

const meansText = ({ mean, sd, n }: Pick<RowMeans, 'mean' | 'sd' | 'n'>): string =>
  `${shareText(mean)} (sd ${shareText(sd)}, n ${n})`

/**
 * The study's protocol, ours and its own, at the end of the run: the last minibatch, the mean of the last hundred, and the number
 * on test melodies.
 */
export function asInTheStudyTable({ iterations }: Pick<Summary, 'iterations'>, study: StudyRecord | null): TableRow[] {
  return STUDY_ITERATIONS.flatMap((name) => {
    const { asInTheStudy, test: published, last } = iterations[name]
    const set: TestSet = name === '2.2' ? 'style' : 'general'
    const { test } = last ?? { test: published }
    const record = study?.iterations[name] ?? null
    const log = record?.log ?? null
    const ours: TableRow = {
      iteration: name,
      whose: 'ours',
      step: asInTheStudy.step,
      'accuracy, one minibatch': shareText(asInTheStudy.accuracy),
      'loss, one minibatch': fixed(asInTheStudy.loss),
      'no-event accuracy': shareText(asInTheStudy.noEventAccuracy),
      'accuracy, last minibatches': meansText(asInTheStudy.last100),
      'accuracy, test': intervalText('accuracy', test[set].accuracy),
      'event accuracy, test': intervalText('eventAccuracy', test[set].eventAccuracy),
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
      'accuracy, test': 'not measured',
      'event accuracy, test': 'not measured',
    }
    return [ours, theirs]
  })
}

/** The models before and after a transfer, on both test sets: what the style gained, and what it cost. */
export function forgettingTable({ forgetting }: Pick<Summary, 'forgetting'>): TableRow[] {
  return Object.entries(forgetting.models).flatMap(([model, { steps, test }]) =>
    (['general', 'style'] as const).map((set): TableRow => {
      return {
        model: `iteration ${model.replace(/ last$/, ', end of its run')}`,
        steps,
        'test melodies': `${set} (${test[set].melodies})`,
        ...measured(test[set]),
      }
    }),
  )
}

const signed = (value: number): string => withMinus(value.toFixed(3))
const countText = (value: number): string => value.toLocaleString('en')

/** Which models are compared, and on which melodies. */
export interface Comparison {
  readonly where: string
  readonly after: string
  readonly before: string
}

/** A difference in loss (after less before) in words: which predicts better, by how much, and whether that is decided. */
export function lossSentence({ where, after, before }: Comparison, { value, low, high }: Interval): string {
  const size = `${Math.abs(value).toFixed(3)} nats per step ${value < 0 ? 'less' : 'more'} loss`
  if (!(low > 0 || high < 0))
    return `${where} ${after} has ${size} than ${before} (95% interval of the difference ${signed(low)} to ${signed(high)}). The data do not decide.`
  const [least, most] = [Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high))]
  return `${where} ${after} predicts ${value < 0 ? 'better' : 'worse'} than ${before}: ${size} (95% interval ${least.toFixed(3)} to ${most.toFixed(3)}).`
}

const TEST_NAMES: Readonly<Record<TestSet, string>> = {
  general: 'On the general test melodies',
  style: "On the style's test melodies",
}

/**
 * Iteration 2.1 against iteration 1, set by set. It is a finding about data only where both made equally many steps: if not,
 * the sentences name the steps and say that they decide nothing about data.
 */
export function moreDataSentences({ moreData, iterations }: Pick<Summary, 'moreData' | 'iterations'>): string[] {
  const [first, second] = [iterations['1'], iterations['2.1']]
  const differ = stepsMade(first) !== stepsMade(second)
  const name = (iteration: string, each: Published): string =>
    `iteration ${iteration}${differ ? ` (${countText(each.steps)} steps)` : ''}`
  const [before, after] = [name('1', first), name('2.1', second)]
  return [
    ...(['general', 'style'] as const).map((set) =>
      lossSentence({ where: TEST_NAMES[set], after, before }, propertyOf(moreData[set], 'loss')),
    ),
    differ
      ? 'The two models differ in their music and in their steps, so this does not show whether more music makes a better model.'
      : `Both made ${countText(stepsMade(first))} steps${publishedAt(first, second)}, one training each: the difference is of the music, and of chance in training.`,
  ]
}

type Published = Pick<Summary['iterations']['1'], 'steps' | 'last'>

/** Optimizer steps that an iteration made, its published weights being those of its end or of an earlier step. */
const stepsMade = ({ steps, last }: Published): number => last?.steps ?? steps

function publishedAt(first: Published, second: Published): string {
  if (first.last === undefined && second.last === undefined) return ''
  return `, and are published at steps ${countText(first.steps)} and ${countText(second.steps)}, where they predict validation melodies best`
}

/** What the transfer gained in the style, and what it cost elsewhere; as it is published, and at the end of its run. */
export function transferSentences({
  forgetting: { models, differences, best, lastDifferences },
}: Pick<Summary, 'forgetting'>): string[] {
  const steps = propertyOf(models, '2.2').steps
  const compared = (at: number): Pick<Comparison, 'after' | 'before'> => {
    return { after: `iteration 2.2 at step ${countText(at)}`, before: 'iteration 2.1' }
  }
  const sentences = (['style', 'general'] as const).map((set) =>
    lossSentence({ where: TEST_NAMES[set], ...compared(steps) }, propertyOf(differences[set], 'loss')),
  )
  const last = models['2.2 last']
  if (last !== undefined && lastDifferences !== undefined)
    sentences.push(
      lossSentence({ where: TEST_NAMES.style, ...compared(last.steps) }, propertyOf(lastDifferences.style, 'loss')),
    )
  if (best == null) return sentences
  const { style } = best.differences
  const rival = rivalOfTransfer(best)
  return [
    ...sentences,
    ...(best.steps === steps
      ? []
      : [lossSentence({ where: TEST_NAMES.style, ...compared(best.steps) }, propertyOf(style, 'loss'))]),
    ...(rival === null
      ? []
      : [lossSentence({ where: TEST_NAMES.style, ...compared(best.steps), before: baselineWords(rival) }, rival.loss)]),
  ]
}

/** Predictors without a network that also learn from the melody at hand: the others come nowhere near. */
const ADAPTIVE: readonly BaselineName[] = ['ppm', 'idyom']

/** Every stage of the transfer, and the best predictors without a network, by their loss in the style, lowest first. */
export function styleOrderSentence({ forgetting, baselines }: Pick<Summary, 'forgetting' | 'baselines'>): string {
  const models = Object.entries(forgetting.models).map(([model, { steps, test }]) => {
    return { name: `iteration ${model.split(' ')[0]} (step ${countText(steps)})`, loss: test.style.loss.value }
  })
  const others = baselines.style
    .filter(({ name }) => ADAPTIVE.includes(name))
    .map(({ test, ...baseline }) => ({ name: baselineWords(baseline), loss: test.loss.value }))
  const listed = new Map([...models, ...others].map(({ name, loss }) => [name, loss]))
  const order = [...listed].sort(([, a], [, b]) => a - b).map(([name, loss]) => `${name} ${fixed(loss)}`)
  return `Loss on the style's test melodies, lowest first: ${order.join('; ')}.`
}

/** Whether the accuracy on training melodies is memory: both sides with dropout off. */
export function gapSentence({ iteration, atTheEnd: { train, test } }: Gap): string {
  const gap = train.accuracy.value - test.accuracy.value
  return (
    `At the end of its run iteration ${iteration} is right on ${shareText(train.accuracy.value)} of the steps of its training melodies and on ` +
    `${shareText(test.accuracy.value)} of those of the test melodies, dropout off on both: the difference, ${(gap * 100).toFixed(1)} points, is what it has memorised.`
  )
}

/** How much a network of notes gains from the baseline it is mixed with; none where nothing was mixed. */
export function mixtureSentences({ mixtures }: Pick<Summary, 'mixtures'>): string[] {
  return (['general', 'style'] as const).flatMap((set) =>
    (mixtures?.[set] ?? []).map((mixture) =>
      lossSentence(
        {
          where: TEST_NAMES[set],
          after: `iteration ${mixture.iteration} mixed with ${baselineWords({ name: mixture.baseline, trainedOn: mixture.trainedOn })}`,
          before: 'it does alone',
        },
        propertyOf(mixture.differences, 'loss'),
      ),
    ),
  )
}

/** The quick scale's models and the best predictor without a network of each test set. */
export function quickTable({ iterations, baselines }: QuickStudy): TableRow[] {
  const both = (general: TestScores, style: TestScores): TableRow => ({
    'loss, general': fixed(general.loss.value, 4),
    'event accuracy, general': shareText(general.eventAccuracy.value),
    'loss, style': fixed(style.loss.value, 4),
    'event accuracy, style': shareText(style.eventAccuracy.value),
  })
  const models = Object.entries(iterations).map(([name, { run, steps, test }]): TableRow => {
    return { predictor: `iteration ${name}`, run, steps, ...both(test.general, test.style) }
  })
  if (baselines === undefined) return models
  const [general, style] = [bestBaseline(baselines.general), bestBaseline(baselines.style)]
  const names = [...new Set([general, style].map(({ name }) => BASELINE_TITLES[name]))].join(', ')
  return [
    ...models,
    { predictor: `best without a network: ${names}`, run: '–', steps: null, ...both(general.test, style.test) },
  ]
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
    const { trainingMelodies, testMelodies, seen, model, ppm, idyom } = splits[split]
    return {
      split: names[split],
      'training melodies': trainingMelodies,
      'test melodies': testMelodies,
      'of them copies of training melodies': seen,
      'loss, iteration 2.1': intervalText('loss', model.loss),
      'event accuracy, iteration 2.1': intervalText('eventAccuracy', model.eventAccuracy),
      'loss, PPM': intervalText('loss', ppm.loss),
      'event accuracy, PPM': intervalText('eventAccuracy', ppm.eventAccuracy),
      ...(idyom === undefined
        ? {}
        : {
            'loss, IDyOM-like': intervalText('loss', idyom.loss),
            'event accuracy, IDyOM-like': intervalText('eventAccuracy', idyom.eventAccuracy),
          }),
    }
  })
}

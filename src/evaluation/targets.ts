import { median } from 'simple-statistics'
import type { AblationReport } from '../results/ablationReport.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import type { MetricRow } from '../results/metrics.ts'
import type { MusicalReport, SetName } from '../results/musicalReport.ts'
import type { IterationSummary, MeasureName, Summary, TestSet } from '../results/summary.ts'
import type { Target } from '../results/targets.ts'

/** The published results that the aims are decided by. */
export interface TargetSources {
  readonly summary: Pick<Summary, 'iterations' | 'mixtures'>
  readonly music: Pick<MusicalReport, 'metrics' | 'besideHuman' | 'fidelity' | 'novelty'>
  /** Of iteration 3.1, with its training log. */
  readonly general: Pick<IterationResult, 'curve' | 'run'>
  /** Null where they were not trained. */
  readonly ablations?: Pick<AblationReport, 'rows'> | null
}

/**
 * What iteration 3 was to reach, and what it reached: the aims are fixed, every other number comes from the results. Aims
 * whose numbers are not there are left out.
 */
export function targetsOf({ summary, music, general, ablations = null }: TargetSources): Target[] {
  const times = timeTargets(general, ablations)
  const rows = [...lossTargets(summary), smallTarget(ablations), ...times, ...musicTargets(music)]
  return rows.flatMap((row) => {
    const isMet = row.direction === 'at most' ? row.reached <= row.target : row.reached >= row.target
    return Number.isNaN(row.reached) || Number.isNaN(row.target) ? [] : [{ ...row, isMet }]
  })
}

type Row = Omit<Target, 'isMet'>

function lossTargets({ iterations, mixtures }: TargetSources['summary']): Row[] {
  const { '2.1': steps, '2.2': transferred, '3.1': general, '3.2': style } = iterations
  const atMost = { direction: 'at most', unit: 'nats per step', people: null } as const
  const before = (model: string, value: number): Row['before'] => ({ model, value })
  return [
    {
      ...{ id: 'general-loss', what: 'loss on the general test melodies', ...atMost, target: 0.46 },
      before: before('2.1', valueOf(steps, 'general', 'loss')),
      reached: valueOf(general, 'general', 'loss'),
    },
    {
      ...{ id: 'mixture', what: 'the same with the IDyOM-like predictor mixed in', ...atMost },
      target: 0.98 * valueOf(general, 'general', 'loss'),
      before: before('3.1', valueOf(general, 'general', 'loss')),
      reached: ofMixture(mixtures),
    },
    {
      ...{ id: 'general-events', what: 'events named on the general test melodies', unit: 'share', people: null },
      ...{ direction: 'at least', target: 0.57 },
      before: before('2.1', valueOf(steps, 'general', 'eventAccuracy')),
      reached: valueOf(general, 'general', 'eventAccuracy'),
    },
    {
      ...{ id: 'style-loss', what: "loss on the style's test melodies after transfer", ...atMost, target: 0.57 },
      before: before('2.2', valueOf(transferred, 'style', 'loss')),
      reached: valueOf(style, 'style', 'loss'),
    },
    {
      ...{ id: 'forgetting', what: 'loss on the general test melodies after transfer', ...atMost },
      target: 1.03 * valueOf(general, 'general', 'loss'),
      before: before('2.2', valueOf(transferred, 'general', 'loss')),
      reached: valueOf(style, 'general', 'loss'),
    },
  ]
}

/** Parameters of the study's network. */
const STUDY_PARAMETERS = 280_962

function smallTarget(ablations: TargetSources['ablations']): Row {
  const small = (ablations?.rows ?? []).filter(
    ({ parameters, model }) => parameters <= STUDY_PARAMETERS && model.encoding === 'notes',
  )
  return {
    ...{ id: 'small', what: "loss with at most the study's 280,962 parameters", unit: 'nats per step' },
    ...{ direction: 'at most', target: 0.5, before: null, people: null },
    reached: small.length === 0 ? NaN : Math.min(...small.map(({ spread }) => spread.general.mean)),
  }
}

const ofMixture = (mixtures: Summary['mixtures']): number =>
  mixtures?.general.find(({ iteration }) => iteration === '3.1')?.test.loss.value ?? NaN

const valueOf = (measured: IterationSummary | undefined, set: TestSet, measure: MeasureName): number =>
  measured?.test[set][measure].value ?? NaN

/** Losses, nats per step, and the minutes in which each is to be reached. */
const TIMES = [
  { loss: 0.7, target: 2 },
  { loss: 0.5, target: 10 },
] as const
/** Losses that the time to is measured for. */
export const TIMED_LOSSES = TIMES.map(({ loss }) => loss)

/** Of the published training and those of other seeds the median: how long one takes depends on the machine and what else it does. */
function timeTargets({ curve, run }: TargetSources['general'], ablations: TargetSources['ablations']): Row[] {
  const published = (ablations?.rows ?? []).filter(({ group }) => group === 'published')
  const others = published.flatMap(({ runs }) => runs).filter((each) => each.run !== run)
  return TIMES.map(({ loss, target }) => {
    const minutes = [minutesTo(curve, loss), ...others.map((each) => each.minutes?.[String(loss)] ?? NaN)]
    const known = minutes.filter((value) => !Number.isNaN(value))
    return {
      ...{ id: `minutes-to-${loss}`, what: `minutes of training to a loss of ${loss.toFixed(2)}`, unit: 'minutes' },
      ...{ direction: 'at most', target, before: null, people: null, reached: known.length > 0 ? median(known) : NaN },
    }
  })
}

/** Rows of the training log in a mean: a single minibatch says little. */
const ROWS_IN_MEAN = 10

/** When the mean of ten training rows (dropout on) first was at most `loss`; NaN if never. */
export function minutesTo(curve: readonly MetricRow[], loss: number): number {
  const rows = curve.filter(({ kind }) => kind === 'train')
  const at = rows.findIndex((_, n) => {
    const some = rows.slice(Math.max(0, n - ROWS_IN_MEAN + 1), n + 1)
    return some.length === ROWS_IN_MEAN && some.reduce((sum, row) => sum + row.loss, 0) / some.length <= loss
  })
  return (rows[at]?.seconds ?? NaN) / 60
}

const meanIn = ({ metrics }: TargetSources['music'], id: string, set: SetName): number =>
  metrics.find((each) => each.id === id)?.sets[set]?.mean ?? NaN

function musicTargets(music: TargetSources['music']): Row[] {
  const ofMetric = (id: string): Pick<Row, 'before' | 'people' | 'reached'> => ({
    before: { model: '2.1', value: meanIn(music, id, 'ours 2.1') },
    people: meanIn(music, id, 'human general'),
    reached: meanIn(music, id, 'ours 3.1'),
  })
  const found = (set: SetName): number => music.fidelity.find((each) => each.set === set)?.share ?? NaN
  const copied = (set: SetName): number => music.novelty.find((each) => each.set === set)?.longest.percentiles[4] ?? NaN
  const [effects, effectsBefore] = [effectSizes(music, 'ours 3.1'), effectSizes(music, 'ours 2.1')]
  const nearness = { before: { model: '2.1', value: meanOf(effectsBefore) }, people: null }
  return [
    {
      ...{ id: 'primer', what: 'continuations that find their primer', unit: 'share', direction: 'at least' },
      ...{ target: found('ours 2.1'), before: { model: '2.1', value: found('ours 2.1') }, people: null },
      reached: found('ours 3.1'),
    },
    {
      ...{ id: 'returns', what: 'notes that return four bars later', unit: 'share', direction: 'at least' },
      ...{ target: 0.2, ...ofMetric('barSimilarity4') },
    },
    {
      ...{ id: 'nearness', what: "mean effect size against people's melodies, all measures", unit: 'effect size' },
      ...{ direction: 'at most', target: (2 / 3) * meanOf(effectsBefore), ...nearness, reached: meanOf(effects) },
    },
    {
      ...{ id: 'near-measures', what: 'measures with an effect size of at most .33', unit: 'measures', people: null },
      ...{ direction: 'at least', target: 30, before: { model: '2.1', value: smallOnes(effectsBefore) } },
      reached: effects.length === 0 ? NaN : smallOnes(effects),
    },
    {
      ...{ id: 'same-pitch-run', what: 'longest run of one pitch', unit: 'notes', direction: 'at most', target: 3.5 },
      ...ofMetric('longestSamePitchRun'),
    },
    {
      ...{ id: 'copied', what: 'longest copied stretch, 95th percentile', unit: 'moves', direction: 'at most' },
      ...{ target: copied('human general'), before: { model: '2.1', value: copied('ours 2.1') } },
      ...{ people: copied('human general'), reached: copied('ours 3.1') },
    },
  ]
}

/** A difference in ranks of at most this size is called small or negligible (Romano et al. 2006). */
const SMALL = 0.33

/** |Cliff's delta| of a set against people's melodies, in every measure that both have. */
function effectSizes({ besideHuman = [] }: TargetSources['music'], of: SetName): number[] {
  const sizes = besideHuman.filter(({ set }) => set === of).map(({ effect }) => Math.abs(effect.value))
  return sizes.filter((size) => !Number.isNaN(size))
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const smallOnes = (sizes: readonly number[]): number => sizes.filter((size) => size <= SMALL).length

import type { EqualSteps, MemoryOverTime, StepsReport } from '../results/stepsReport.ts'
import type { Interval, Summary } from '../results/summary.ts'
import { itemAt } from '../support/itemAt.ts'
import type { TableRow } from '../support/text/table.ts'
import { seedsSentence, signed } from './conclusions.ts'
import { intervalText, lossSentence } from './evaluationTables.ts'
import { MEASURE_TITLES, shareText } from './measures.ts'
import { inWords } from '../support/text/inWords.ts'

const countText = (value: number): string => value.toLocaleString('en')
const differenceText = (difference: Interval | undefined): string =>
  difference === undefined
    ? '–'
    : `${signed(difference.value)} (${signed(difference.low)} to ${signed(difference.high)})`

/** Iterations 1 and 2.1 at the same steps on both test sets, with the difference: a row each. */
export function equalStepsTable({ kept, equal }: Pick<StepsReport, 'kept' | 'equal'>): TableRow[] {
  return equal.flatMap(({ step, differences }) =>
    (['general', 'style'] as const).map((set): TableRow => {
      const lossOf = (iteration: string): string => {
        const found = kept.find((each) => each.iteration === iteration && each.step === step)
        return found === undefined ? '–' : intervalText('loss', found.test[set].loss)
      }
      return {
        steps: countText(step),
        'test melodies': set,
        [`iteration 1, ${MEASURE_TITLES.loss}`]: lossOf('1'),
        [`iteration 2.1, ${MEASURE_TITLES.loss}`]: lossOf('2.1'),
        '2.1 less 1': differenceText(differences[set].loss),
      }
    }),
  )
}

type Side = 'more' | 'less' | 'open'

function sideOf({ low, high }: Interval): Side {
  if (high < 0) return 'more'
  return low > 0 ? 'less' : 'open'
}

const generalLoss = ({ differences }: EqualSteps): Interval => {
  const { loss } = differences.general
  if (loss === undefined) throw new RangeError('models at equal steps without a difference of their losses')
  return loss
}

/**
 * Whether more music made a better model, by models that made equally many steps: what each step says on the general test
 * melodies, what steps alone did, and what several seeds say at a smaller scale.
 */
export function dataOrStepsSentences(
  { equal, more }: Pick<StepsReport, 'equal' | 'more'>,
  seeds: Summary['seeds'] | undefined,
): string[] {
  if (equal.length === 0)
    return ['No two models of equal steps are kept, so data and steps cannot be told apart.', seedsSentence(seeds)]
  return [verdict(equal), chanceSentence(equal, seeds), ...stepsAlone(more), seedsSentence(seeds)]
}

const SIDES: readonly (readonly [Side, string])[] = [
  ['less', 'worse'],
  ['more', 'better'],
  ['open', 'neither better nor worse'],
]

const inNats = ({ value, low, high }: Interval): string =>
  `${signed(value)} nats per step, 95% interval ${signed(low)} to ${signed(high)}`

/** The finding first, with its numbers: at which of the steps that were asked more music helps, hurts or does neither. */
function verdict(equal: readonly EqualSteps[]): string {
  const said = SIDES.flatMap(([side, words]) => {
    const steps = equal
      .filter((each) => sideOf(generalLoss(each)) === side)
      .map((each) => `${countText(each.step)} steps (${inNats(generalLoss(each))})`)
    return steps.length === 0 ? [] : [`${words} at ${inWords.format(steps)}`]
  })
  return `After equally many steps the model of more music predicts general melodies ${inWords.format(said)}.`
}

/** Whether the differences are larger than what seeds change. */
function chanceSentence(equal: readonly EqualSteps[], seeds: Summary['seeds'] | undefined): string {
  const apart = (['1', '2.1'] as const).flatMap((name) => seeds?.iterations[name]?.spread.general.loss.sd ?? [])
  const largest = Math.max(...equal.map((each) => Math.abs(generalLoss(each).value)))
  const ofOne = 'Each of these numbers is of one training, and their intervals are of melodies, not of trainings.'
  if (apart.length === 0 || largest >= Math.max(...apart)) return ofOne
  return `${ofOne} At quick scale, trainings that differ in their seed alone scatter by ${Math.max(...apart).toFixed(3)} (standard deviation), and no difference here is larger: none shows that more music helps, or that it hurts.`
}

/** What the last stretch of steps changed in each of the two iterations, the music staying the same. */
function stepsAlone(more: StepsReport['more']): string[] {
  return (['1', '2.1'] as const).flatMap((iteration) => {
    const last = more.filter((each) => each.iteration === iteration).at(-1)
    const loss = last?.differences.general.loss
    if (last === undefined || loss === undefined) return []
    const at = (step: number): string => `at ${countText(step)} steps`
    return [
      lossSentence(
        { where: `With the same music, iteration ${iteration}`, after: at(last.to), before: at(last.from) },
        loss,
      ),
    ]
  })
}

/** What was measured at each kept step of a transfer, a row each. */
export function memoryTable({ points }: Pick<MemoryOverTime, 'points'>): TableRow[] {
  return points.map(({ step, train, test, copied }) => {
    const [, , , , high] = copied.longest.percentiles
    return {
      step: countText(step),
      'accuracy, training melodies': intervalText('accuracy', train.accuracy),
      'accuracy, test melodies': intervalText('accuracy', test.style.accuracy),
      'loss, training melodies': intervalText('loss', train.loss),
      'loss, style': intervalText('loss', test.style.loss),
      'loss, general': intervalText('loss', test.general.loss),
      'longest shared stretch: mean, 95th percentile': `${copied.longest.mean.toFixed(1)}, ${high.toFixed(0)}`,
    }
  })
}

/** What the accuracy that the study printed is made of. */
export function memorySentences(memory: MemoryOverTime): string[] {
  const { points, threshold, reached, highest, human, logged } = memory
  const [start, end] = [itemAt(points, 0), itemAt(points, -1)]
  const best = points.reduce((a, b) => (b.test.style.loss.value < a.test.style.loss.value ? b : a))
  const made = countText(logged.at(-1)?.step ?? end.step)
  const passed =
    reached === null
      ? `The mean accuracy of a hundred logged minibatches in a row never reached ${shareText(threshold)} by step ${made}: the highest was ${shareText(highest.mean)}, at step ${countText(highest.step)}.`
      : `The mean accuracy of the last hundred logged minibatches first reached ${shareText(threshold)} at step ${countText(reached)}.`
  return [
    `From step ${countText(start.step)} to ${countText(end.step)} the accuracy on the melodies it was trained on goes from ${shareText(start.train.accuracy.value)} to ${shareText(end.train.accuracy.value)}, on those it was not from ${shareText(start.test.style.accuracy.value)} to ${shareText(end.test.style.accuracy.value)}: what lies between is memory.`,
    passed,
    `Of the kept steps ${countText(best.step)} predicts the style's test melodies best, with a loss of ${best.test.style.loss.value.toFixed(3)}; at the end it is ${end.test.style.loss.value.toFixed(3)}, and on general music ${end.test.general.loss.value.toFixed(3)} (${start.test.general.loss.value.toFixed(3)} at the start).`,
    `Its continuations share ${start.copied.longest.mean.toFixed(1)} moves in a row with a training melody of the style at the start and ${end.copied.longest.mean.toFixed(1)} at the end, where people's melodies of the same length share ${human.longest.mean.toFixed(1)}.`,
  ]
}

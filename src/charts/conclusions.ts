import type { Interval, Summary } from '../results/summary.ts'
import { counted } from '../support/text/counted.ts'
import type { MetricRow } from '../results/metrics.ts'
import { lossSentence } from './evaluationTables.ts'

/**
 * What a result says, in sentences that fit any result: notebooks, pages and commands say the case that happened. Numbers come
 * from the results, never from here.
 */

const fixed = (value: number): string => value.toFixed(3)

/** A model's loss on melodies, and that of predicting event frequencies alone on the same ones. */
export interface AgainstFrequencies {
  readonly loss: number
  readonly unigramLoss: number
}

/** Losses that differ by less than this share are called equal. */
const EQUAL = 0.01

/**
 * Whether a model predicts better than event frequencies alone.
 * @example frequenciesSentence({ loss: 1.2, unigramLoss: 2 }) // 'It predicts better than event frequencies alone: …'
 */
export function frequenciesSentence({ loss, unigramLoss }: AgainstFrequencies): string {
  if (!Number.isFinite(loss) || !Number.isFinite(unigramLoss))
    return 'Nothing was measured, so nothing can be concluded.'
  const share = loss / unigramLoss - 1
  const numbers = `${fixed(loss)} against ${fixed(unigramLoss)} nats per step`
  if (Math.abs(share) < EQUAL)
    return `It predicts as well as event frequencies alone: ${numbers}. It uses no context yet.`
  const percent = `${Math.round(100 * Math.abs(share))}%`
  if (share > 0)
    return `It predicts worse than event frequencies alone: ${numbers}, ${percent} more. It has learnt nothing yet.`
  return `It predicts better than event frequencies alone: ${numbers}, ${percent} less. That takes context: what came before.`
}

/**
 * Whether two lists of numbers are equal to the last bit.
 * @param what such as "The step by hand and the engine's step"
 */
export function sameBitsSentence(
  what: string,
  ours: readonly ArrayLike<number>[],
  theirs: readonly ArrayLike<number>[],
): string {
  let [compared, different, largest] = [0, 0, 0]
  ours.forEach((values, n) => {
    const others = theirs[n] ?? []
    for (let i = 0; i < Math.max(values.length, others.length); i++) {
      compared++
      if (Object.is(values[i], others[i])) continue
      different++
      largest = Math.max(largest, Math.abs((values[i] ?? NaN) - (others[i] ?? NaN)))
    }
  })
  const count = compared.toLocaleString('en')
  if (ours.length !== theirs.length)
    return `${what} cannot be compared: ${ours.length} lists of numbers and ${theirs.length}.`
  if (compared === 0) return `${what} cannot be compared: there are no numbers.`
  if (different === 0) return `${what} are equal to the last bit: ${count} numbers compared, none differs.`
  return `${what} differ in ${different.toLocaleString('en')} of ${count} numbers, by at most ${largest.toPrecision(2)}.`
}

/**
 * Whether two lists of shares agree as far as their arithmetic allows.
 * @param what such as "The product by hand and the partner's shares"
 * @param gap the largest difference of two shares.
 */
export function sameSharesSentence(what: string, gap: number): string {
  if (!Number.isFinite(gap)) return `${what} cannot be compared: there are no numbers.`
  const size = gap === 0 ? 'no share differs' : `the largest difference is ${gap.toExponential(0)}`
  return gap < 1e-9 ? `${what} are the same: ${size}.` : `${what} differ: ${size}.`
}

/** What training and validation losses did between the start and the end of a training. */
export interface LossCourse {
  readonly train: readonly number[]
  readonly test: readonly number[]
}

/**
 * How a training went, by its two losses: both fell, both rose, or they parted.
 * @example courseSentence({ train: [4, 1], test: [4, 3] })
 */
export function courseSentence({ train, test }: LossCourse): string {
  const [a, b, c, d] = [train[0], train.at(-1), test[0], test.at(-1)]
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    return 'The losses of both sides are not there, so the course of the training is not known.'
  const numbers = `training ${fixed(a)} to ${fixed(b)}, validation ${fixed(c)} to ${fixed(d)} nats per step`
  const lowest = Math.min(...test)
  if (b < a && d < c) {
    const since =
      d > lowest * (1 + EQUAL)
        ? `, although the validation loss was lower before (${fixed(lowest)}): the end is overfitted`
        : ''
    return `Both losses fell: ${numbers}${since}.`
  }
  if (b < a)
    return `The training loss fell and the validation loss rose: ${numbers}. The model memorises its training melodies.`
  if (d < c)
    return `The validation loss fell and the training loss rose: ${numbers}. So few steps show chance more than learning.`
  return `Both losses rose: ${numbers}. The training does not work: try a smaller learning rate.`
}

/** The same, of the rows of a training curve. */
export function curveSentence(rows: readonly Pick<MetricRow, 'kind' | 'loss'>[]): string {
  const [train = [], test = []] = (['train', 'test'] as const).map((side) =>
    rows.filter(({ kind }) => kind === side).map(({ loss }) => loss),
  )
  return courseSentence({ train, test })
}

/**
 * On how many melodies one model is less surprised than another.
 * @param differences in nats per step, a melody each; below 0 the first model is less surprised.
 * @param names of the two models, such as "iteration 2.1" and "iteration 1".
 */
export function winsSentence(differences: readonly number[], [name, other]: readonly [string, string]): string {
  const [best, worst] = [Math.min(...differences), Math.max(...differences)]
  const count = differences.filter((value) => value < 0).length
  const all = counted(differences.length, 'melody', 'melodies')
  if (differences.length === 0) return 'No melody can be compared.'
  if (count === 0) return `On none of ${all} is ${name} less surprised than ${other}.`
  const most = `by up to ${fixed(-best)} nats per step`
  if (count === differences.length) return `On all ${all} ${name} is less surprised than ${other}, ${most}.`
  const lost = differences.length - count
  return `On ${count} of ${all} ${name} is less surprised than ${other}, ${most}; on ${lost} it is not, by up to ${fixed(worst)}.`
}

/**
 * What a model copied at greatest length, in a sentence.
 * @param usual moves that human test melodies share with training melodies at the 95th percentile; null = not measured.
 */
export function copiedSentence(
  found: { readonly melody: string; readonly source: string; readonly moves: number } | null,
  usual: number | null,
): string {
  if (found === null) return 'No stretch is known that these melodies share with a training melody that may be shown.'
  const { melody, source, moves } = found
  const people = `of twenty human test melodies nineteen share ${usual?.toFixed(0) ?? ''} moves or fewer`
  const verdict =
    usual === null
      ? 'How much human melodies share is not measured.'
      : moves > usual
        ? `That is memory: ${people}.`
        : `That is no more than people share: ${people}.`
  return `The longest shared stretch is ${counted(moves, 'move')} long: ${melody} and "${source}". ${verdict}`
}

const isDecided = ({ low, high }: Interval): boolean => low > 0 || high < 0

/**
 * What a transfer did, by the differences of its loss from the model it started from: on the style, and on general music.
 * Negative is better. Null = not measured.
 */
export function transferVerdict(style: Interval | null, general: Interval | null): string {
  if (style === null || general === null) return 'The transfer is not measured yet, so its case is open.'
  const numbers = `style ${signed(style.value)}, general music ${signed(general.value)} nats per step`
  if (!isDecided(style))
    return `Whether the style was learnt is undecided: ${numbers}; the interval of the style includes zero.`
  if (style.value < 0 && !isDecided(general))
    return `The style was learnt, and whether anything was forgotten is undecided: ${numbers}.`
  if (style.value < 0 && general.value > 0)
    return `The style was learnt at a price: its loss fell and that of general music rose (${numbers}). The model has moved rather than grown.`
  if (style.value < 0)
    return `Both losses fell (${numbers}): the general training was not finished, and any further training would have helped.`
  if (general.value > 0)
    return `Both losses rose (${numbers}): the model memorised its few melodies and predicts all others worse.`
  return `The style got worse and general music better (${numbers}): the transfer learnt something else than the style.`
}

/** A number with three places and its sign. */
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${fixed(Math.abs(value))}`

/** What equal trainings with several seeds say of more data: mean losses and their spread at equal steps. */
export function seedsSentence(seeds: Summary['seeds'] | undefined): string {
  const [first, second] = [seeds?.iterations['1'], seeds?.iterations['2.1']]
  if (first === undefined || second === undefined)
    return 'Several seeds were not trained, so the part of chance is not known.'
  const [a, b] = [first.spread.general.loss, second.spread.general.loss]
  const difference = b.mean - a.mean
  const numbers = `mean loss ${fixed(a.mean)} (sd ${fixed(a.sd)}) and ${fixed(b.mean)} (sd ${fixed(b.sd)})`
  if (Math.abs(difference) <= Math.max(a.sd, b.sd))
    return `At equal steps and quick scale more music changes nothing that can be told from chance: ${numbers} for iterations 1 and 2.1.`
  const word = difference < 0 ? 'helps' : 'hurts'
  return `At equal steps and quick scale more music ${word}, by more than seeds differ: ${numbers} for iterations 1 and 2.1.`
}

/** What networks that hear intervals gain over the study's on the same music, set by set; a line where it is not measured. */
export function beyondSentences({ beyond }: Pick<Summary, 'beyond'>): string[] {
  const pairs = [
    ['3.1', '2.1'],
    ['3.2', '2.2'],
  ] as const
  const found = pairs.flatMap(([after, before]) =>
    (['general', 'style'] as const).flatMap((set) => {
      const loss = beyond?.[after]?.[set].loss
      const where = set === 'general' ? 'On the general test melodies' : "On the style's test melodies"
      const names = { after: `iteration ${after}`, before: `iteration ${before}` }
      return loss === undefined ? [] : [lossSentence({ where, ...names }, loss)]
    }),
  )
  return found.length > 0 ? found : ['Iterations 3.1 and 3.2 are not measured beside the others yet.']
}

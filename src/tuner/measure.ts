import { setImmediate } from 'node:timers/promises'
import { type StretchIndex } from '../dataset/sharedStretch.ts'
import { canonicalTokens } from '../dataset/sketch.ts'
import { interval } from '../evaluation/intervals.ts'
import { meanEstimate } from '../evaluation/statistics.ts'
import { TUNER_STATISTICS, type TunerColumn, type TunerEstimate, type TunerNovelty } from '../results/tunerReport.ts'
import { isPitch, STEPS_PER_BAR } from '../melody/melody.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { mulberry32, seedFrom } from '../support/random.ts'
import {
  composeEpisodes,
  compositionOf,
  type Environment,
  type Episode,
  type Policy,
  type EpisodeStart,
} from './environment.ts'
import { isAction } from './jaques.ts'
import { aboveTonic, colourOf, degreeOf } from '../config/modes.ts'
import { developmentAt } from './motifs.ts'
import { countComposition, type KeyOfComposition } from './tunerMetrics.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** The statistics of several compositions. */
export interface Measurement {
  readonly title: string
  readonly environment: Environment
  readonly policy: Policy
  readonly start: EpisodeStart
  readonly compositions: number
  readonly seed: number
  readonly draws: number
  readonly c: number
  /** What counts as in key and as the tonic, by the paper's statistics. */
  readonly key: KeyOfComposition
  /** The training melodies, to find copies of; null if they are not at hand. */
  readonly training: { readonly index: StretchIndex; readonly melodies: number } | null
}

/** Compositions made at a time: memory does not grow with their number. */
const AT_ONCE = 128
/** The prior's divergence from itself: at most the rounding of its logarithms. */
const ROUNDING = 1e-9

/** What is kept of a composition: a part and a whole for each statistic; NaN where it is not defined. */
type Kept = Readonly<Record<string, readonly [part: number, whole: number]>>

/**
 * Every statistic of a number of compositions of a policy from one start. The n-th composition of a seed is the same whatever else
 * is measured. @throws InterruptedError.
 */
export async function measure(measurement: Measurement, effects: Effects): Promise<TunerColumn> {
  const { title, start, compositions, environment, draws, training } = measurement
  const bar = effects.reporter.bar(`Measuring ${title}`, compositions, 'compositions')
  const kept: Kept[] = []
  const moves: string[][] = []
  const copies: number[] = []
  try {
    for (let from = 0; from < compositions; from += AT_ONCE) {
      if (effects.signal.aborted) throw new InterruptedError('stopped while measuring; the same command measures again')
      for (const episode of composeSome(measurement, from)) {
        kept.push(keep(measurement, episode))
        const own = episode.events.slice(start.heard.length)
        moves.push(canonicalTokens(own))
        if (training !== null) copies.push(training.index.longest(own).length)
      }
      bar.update(kept.length)
      await setImmediate()
    }
  } finally {
    bar.stop()
  }
  const statistics = TUNER_STATISTICS.map(({ id }): [string, TunerEstimate] => [
    id,
    ratioEstimate(
      kept.map((each) => propertyOf(each, id)),
      draws,
    ),
  ])
  return {
    ...{ title, start: start.name, steps: environment.steps, compositions },
    statistics: Object.fromEntries(statistics),
    novelty: training === null ? null : noveltyOf(moves, copies, training.melodies, draws),
  }
}

function composeSome(
  { environment, policy, start, seed, compositions, title: _title }: Measurement,
  from: number,
): Episode[] {
  const starts = Array.from({ length: Math.min(AT_ONCE, compositions - from) }, () => start)
  return composeEpisodes(environment, policy, starts, mulberry32(seedFrom(seed, 'compositions', start.name, from)))
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

function keep({ environment, start, c, key }: Measurement, episode: Episode): Kept {
  const { tonality } = environment
  const events = compositionOf(episode)
  const from = start.history.length
  const counts = countComposition(events, key, from)
  const { steps } = counts
  const notes = events.slice(from).filter(isPitch)
  const own = colourOf(tonality.mode)
  const [logPrior, divergence, theory] = [sum(episode.logPrior), sum(episode.divergence), sum(episode.theory)]
  const developed = developmentsOf(events, from, environment)
  const bits = divergence < ROUNDING ? 0 : divergence / Math.LN2
  return {
    excessive: [counts.excessive, steps],
    ...Object.fromEntries(counts.autocorrelation.map((value, n) => [`autocorrelation${n + 1}`, [value, 1] as const])),
    notInKey: [counts.notInKey, steps],
    startsOnTonic: [Number(counts.startsOnTonic), 1],
    leapsResolved: [counts.leapsResolved, counts.leapsResolved + counts.leapsDoubled],
    uniqueHigh: [Number(counts.uniqueHigh), 1],
    uniqueLow: [Number(counts.uniqueLow), 1],
    inMotif: [counts.inMotif, steps],
    inRepeatedMotif: [counts.inRepeatedMotif, steps],
    inMode: [notes.filter((pitch) => degreeOf(pitch, tonality) >= 0).length, notes.length],
    colour: [notes.filter((pitch) => own.includes(aboveTonic(pitch, tonality))).length, notes.length],
    notesPerStep: [notes.length, steps],
    outsideActions: [notes.filter((pitch) => !isAction(pitch)).length, notes.length],
    developments: [developed.transformed, 1],
    exactRepeats: [developed.exact, 1],
    logPrior: [logPrior, steps],
    logPriorPerNote: [logPrior, notes.length],
    costPerStep: [bits, steps],
    costPerNote: [bits, notes.length],
    theory: [theory, steps],
    total: [theory / c + logPrior, steps],
  }
}

function developmentsOf(events: readonly number[], from: number, { tonality }: Environment) {
  let [transformed, exact] = [0, 0]
  for (let step = from; step < events.length; step++) {
    const kind = developmentAt(events.slice(0, step), itemAt(events, step), tonality, STEPS_PER_BAR)
    if (kind === 'exact') exact++
    else if (kind !== null) transformed++
  }
  return { transformed, exact }
}

/** Numbers drawn for all intervals of a column at most: what seconds allow. */
const MOST_DRAWN = 2e7
const FEWEST_DRAWS = 200

/**
 * The sum of the parts over the sum of the wholes, with a percentile bootstrap over compositions; those for which it is not
 * defined (NaN, or a whole of 0) are left out of `n`. Of very many compositions fewer samples are drawn.
 */
export function ratioEstimate(values: readonly (readonly [number, number])[], draws: number): TunerEstimate {
  const defined = values.filter(([part, whole]) => !Number.isNaN(part) && whole > 0)
  const n = defined.length
  if (n === 0) return { value: NaN, low: NaN, high: NaN, n }
  const parts = Float64Array.from(defined, ([part]) => part)
  const wholes = Float64Array.from(defined, ([, whole]) => whole)
  const asked = Math.max(FEWEST_DRAWS, Math.min(draws, Math.floor(MOST_DRAWN / n)))
  const random = mulberry32(1)
  const samples = new Float64Array(asked)
  for (let draw = 0; draw < asked; draw++) {
    let [part, whole] = [0, 0]
    for (let i = 0; i < n; i++) {
      const place = Math.floor(random.next() * n)
      part += itemAt(parts, place)
      whole += itemAt(wholes, place)
    }
    samples[draw] = part / whole
  }
  const total = (of: Float64Array): number => of.reduce((all, value) => all + value, 0)
  return { ...interval(total(parts) / total(wholes), samples), n }
}

const MOVES = 4

function noveltyOf(
  moves: readonly (readonly string[])[],
  copies: readonly number[],
  trainingMelodies: number,
  draws: number,
): TunerNovelty {
  const grams = moves.flatMap((own) =>
    Array.from({ length: Math.max(0, own.length - MOVES + 1) }, (_, n) => own.slice(n, n + MOVES).join(' ')),
  )
  return {
    distinct: new Set(grams).size / grams.length,
    longestCopy: meanEstimate(copies, { draws: Math.min(draws, 2000) }),
    longestCopyOfAll: copies.reduce((most, length) => Math.max(most, length), 0),
    trainingMelodies,
  }
}

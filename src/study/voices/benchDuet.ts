import { quantileSorted } from 'simple-statistics'
import type { TwoVoicePassage } from '../../dataset/twoVoices.ts'
import { measureDuet, type DuetMeasures } from '../../duet/measureDuet.ts'
import type { DuetDecision, DuetSettings, Partner } from '../../duet/partner.ts'
import { performLine, playHeard } from '../../duet/playHeard.ts'
import { simulateTaste } from '../../duet/simulateTaste.ts'
import type { DuetPlayed, DuetReport } from '../../results/duetReport.ts'
import { itemAt } from '../../support/itemAt.ts'
import { mulberry32, seedFrom } from '../../support/random.ts'
import { recordOf } from '../../support/records.ts'

/** How simulated performers play: half a beat is a quarter of a second. */
export const PERFORMER = { secondsPerStep: 0.125, jitter: 0.025, offset: 0.015, drift: 0.02 } as const

/** What is played with each performer. */
export interface Playing {
  readonly settings: Pick<DuetSettings, 'mode' | 'clock' | 'lambda'> &
    Partial<Pick<DuetSettings, 'temperature' | 'topP'>>
  /** Performers with jitter, offset and drift; false = quantized ones. */
  readonly isPlayed: boolean
}

/** The measures of a mean: of each passage that has one. */
const MEASURES = [
  ...(['thirds', 'moves', 'delayedMoves', 'outOfMode', 'consonant', 'crossings', 'parallels'] as const),
  ...(['contraryMotion', 'similarMotion', 'obliqueMotion'] as const),
] as const
/** A measure of a row. */
export type Measure = (typeof MEASURES)[number]

const mean = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

/** Bits per note of a line by the network, whatever rules drew it. */
const bitsOf = (decisions: readonly DuetDecision[]): number =>
  decisions.reduce((sum, { learnt }) => sum - learnt, 0) / Math.LN2

/** Duets in which the upper voice of each passage performs and the partner answers. */
export function playPassages(partner: Partner, passages: readonly TwoVoicePassage[], playing: Playing): DuetPlayed {
  const { settings, isPlayed } = playing
  const found: DuetMeasures[] = []
  let [bits, notes, late, onsets] = [0, 0, 0, 0]
  passages.forEach(({ id, upper, stepsPerBar }) => {
    const random = mulberry32(seedFrom(1, 'performer', id))
    const sign = (): number => (random.next() < 0.5 ? -1 : 1)
    const { secondsPerStep } = PERFORMER
    const exact = { secondsPerStep, jitter: 0, offset: 0, drift: 0 }
    const loose = {
      ...exact,
      jitter: PERFORMER.jitter,
      offset: sign() * PERFORMER.offset,
      drift: sign() * PERFORMER.drift,
    }
    const heard = playHeard(partner, performLine(upper, isPlayed ? loose : exact, random), {
      ...{ grid: { stepsPerBar }, steps: upper.length, secondsPerStep, seed: seedFrom(1, 'partner', id), settings },
    })
    const measures = measureDuet(heard.performer, heard.partner)
    found.push(measures)
    bits += bitsOf(heard.decisions)
    notes += measures.notes
    late += heard.late
    onsets += upper.filter((event) => event >= 0).length
  })
  return {
    ...{ ...settings, isPlayed, passages: passages.length, notes },
    together: found.reduce((sum, { together }) => sum + together, 0),
    ...recordOf(MEASURES, (name) => mean(found.map((each) => each[name]))),
    ...{ bitsPerNote: bits / notes, lateShare: late / onsets },
  }
}

/** What a chosen weight must reach: thirds of simultaneous onsets, and bits per note that it may cost. */
const ASKED = { thirds: 0.8, bits: 1 } as const

/**
 * The lightest weight that keeps a third below on enough onsets and costs at most a bit per note; where none does, the one that keeps most.
 * @param rows of one mode, weight 0 among them.
 */
export function chooseLambda(rows: readonly DuetPlayed[]): number {
  const free = rows.find(({ lambda }) => lambda === 0)
  const isEnough = ({ thirds, bitsPerNote }: DuetPlayed): boolean =>
    thirds >= ASKED.thirds && bitsPerNote - (free?.bitsPerNote ?? NaN) <= ASKED.bits
  const enough = rows.filter(isEnough).sort((a, b) => a.lambda - b.lambda)
  const byThirds = rows.toSorted((a, b) => b.thirds - a.thirds || a.lambda - b.lambda)
  return itemAt([...enough, ...byThirds], 0).lambda
}

/** People's own second voices by the same measures: 10th, 50th and 90th percentile of the passages. */
export function peoplesMeasures(passages: readonly TwoVoicePassage[]): DuetReport['people'] {
  const found = passages.map(({ upper, lower }) => measureDuet(upper, lower))
  return Object.fromEntries(
    MEASURES.map((name) => {
      const values = found.map((each) => each[name]).filter((value) => !Number.isNaN(value))
      const sorted = values.sort((a, b) => a - b)
      return [name, [0.1, 0.5, 0.9].map((at) => quantileSorted(sorted, at))]
    }),
  )
}

/** A temperature and top-p of the partner without rules, and how far from people's second voices it plays by them. */
export type FreeDecoding = NonNullable<DuetReport['chosen']>['decodings'][number]

const TEMPERATURES = [0.8, 0.9, 1] as const
const SHARES = [0.7, 0.8, 0.9, 1] as const

/** Plays without rules by each temperature and top-p. @param people the same measures of people, of `peoplesMeasures`. */
export function freeDecodings(
  partner: Partner,
  passages: readonly TwoVoicePassage[],
  people: DuetReport['people'],
): FreeDecoding[] {
  return TEMPERATURES.flatMap((temperature) =>
    SHARES.map((topP) => {
      const settings = { mode: 'free', clock: 'at-once', lambda: 0, temperature, topP } as const
      const played = playPassages(partner, passages, { settings, isPlayed: true })
      return { temperature, topP, outside: outsideOf(people, played), distance: distanceFrom(people, played) }
    }),
  )
}

/** Mean distance of a row from people's medians, in widths of their middle 80%. */
export function distanceFrom(people: DuetReport['people'], row: Readonly<Record<Measure, number>>): number {
  return mean(
    MEASURES.map((name) => {
      const [low = NaN, middle = NaN, high = NaN] = people[name] ?? []
      return Math.abs(row[name] - middle) / (high - low)
    }),
  )
}

/** How many of a row's measures lie outside the middle 80% of people's. */
export const outsideOf = (people: DuetReport['people'], row: Readonly<Record<Measure, number>>): number =>
  MEASURES.filter((name) => {
    const [low = NaN, , high = NaN] = people[name] ?? []
    return !(row[name] >= low && row[name] <= high)
  }).length

/** The decoding of which fewest measures lie outside people's middle 80%; of those the one that lies nearest. */
export const nearestDecoding = (rows: readonly FreeDecoding[]): FreeDecoding =>
  itemAt(
    rows.toSorted((a, b) => a.outside - b.outside || a.distance - b.distance),
    0,
  )

/** The bandit's constants were chosen on seeds below; results come from those above. */
const FRESH_SEED = 10_001

/** Performers with a hidden taste: medians of what is lost against the oracle, and of the bar on which a change is found. */
export function adaptation(runs: number): NonNullable<DuetReport['adaptation']> {
  const found = Array.from({ length: runs }, (_, n) => simulateTaste(FRESH_SEED + n))
  const median = (values: readonly number[]): number =>
    quantileSorted(
      [...values].sort((a, b) => a - b),
      0.5,
    )
  return { runs, regret: median(found.map(({ regret }) => regret)), found: median(found.map((each) => each.found)) }
}

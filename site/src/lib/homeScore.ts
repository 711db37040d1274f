import type { Voice } from '../../../src/charts/palette.ts'
import { pieceOf } from '../../../src/evaluation/musical/piece.ts'
import { returningFigures } from '../../../src/evaluation/musical/returns.ts'
import { type Reading, readingsOf, type ReadMelody, readMeasures, remarks } from '../../../src/evaluation/readings.ts'
import { distancesToMedians } from '../../../src/evaluation/typical.ts'
import type { StarterPrimer } from '../../../src/generation/starterPrimers.ts'
import type { MelodyNote } from '../../../src/melody/melody.ts'
import type { MetricSpread } from '../../../src/results/musicalReport.ts'
import { itemAt } from '../../../src/support/itemAt.ts'
import { type HeldOutMelody, heldOutGroups, loadHeldOut } from './heldOut.ts'
import { once } from './once.ts'
import { loadMusic } from './study.ts'

/** The voices of the front page, from the highest lane down; the one that has transferred to a style has its own pages. */
const VOICES_OF_HOME = ['person', '1', '2.1', '2.2', '3.1'] as const satisfies readonly Voice[]

/** A stretch of time, in steps. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** A lane of the front page's score: one voice's continuation. */
export interface Lane {
  readonly letter: string
  readonly voice: Voice
  readonly melody: HeldOutMelody
  readonly notes: readonly MelodyNote[]
  /** Each figure that returns, with the one it repeats. */
  readonly arcs: readonly { readonly from: Stretch; readonly to: Stretch; readonly notes: number }[]
  readonly says: Reading
}

/** The front page's score: a primer, and what each voice makes of it. */
export interface HomeScore {
  readonly primer: StarterPrimer
  readonly lanes: readonly Lane[]
  readonly steps: number
}

type Spreads = Readonly<Record<string, MetricSpread>>

/** What readings need to know of a continuation of a held-out primer. */
export const heldOutReading = ({ continuation, primer }: HeldOutMelody): ReadMelody => ({
  events: continuation.events,
  primerSteps: primer.events.length,
  stepsPerBar: primer.stepsPerBar,
  tonic: primer.tonic,
  mode: primer.mode,
})

/** How people's melodies are spread in each measure; null where that was not published. */
export function humanSpreads(): Spreads | null {
  const metrics = loadMusic()?.metrics
  if (metrics === undefined) return null
  return Object.fromEntries(
    metrics.flatMap(({ id, sets }) => (sets['human general'] === undefined ? [] : [[id, sets['human general']]])),
  )
}

/**
 * The tune whose continuations lie nearest to what is usual for who made them: over the tunes that no model saw, each voice's
 * distance to the medians of its own is added up, and the smallest sum wins. Null where nothing is published.
 */
export const homeScore = once((): HomeScore | null => {
  const [report, human] = [loadHeldOut(), humanSpreads()]
  if (report === null || human === null) return null
  const whole = heldOutGroups(report)
    .map(({ primer, melodies }) => {
      const madeBy = (voice: Voice): HeldOutMelody | undefined =>
        melodies.find(({ continuation }) => continuation.by === voice)
      return { primer, melodies: VOICES_OF_HOME.flatMap((voice) => madeBy(voice) ?? []) }
    })
    .filter(({ melodies }) => melodies.length === VOICES_OF_HOME.length)
  if (whole.length === 0) return null
  const distances = VOICES_OF_HOME.map((_, n) =>
    distancesToMedians(whole.map(({ melodies }) => readMeasures(heldOutReading(itemAt(melodies, n))))),
  )
  const sums = whole.map((_, tune) => distances.reduce((sum, own) => sum + itemAt(own, tune), 0))
  const { primer, melodies } = itemAt(whole, sums.indexOf(Math.min(...sums)))
  return { primer, lanes: lanesOf(melodies, human), steps: Math.max(...melodies.map(stepsOf)) }
})

const stepsOf = ({ continuation }: HeldOutMelody): number => continuation.events.length

/** What the arcs of a lane show. */
const SHOWN = 'barSimilarity4'

function lanesOf(melodies: readonly HeldOutMelody[], human: Spreads): Lane[] {
  // The lanes show what returns, so each says that first; then its measure furthest from people's.
  const read = melodies.map((melody) =>
    remarks(heldOutReading(melody), human).toSorted((a, b) => Number(b.metric === SHOWN) - Number(a.metric === SHOWN)),
  )
  const says = readingsOf(read, 2)
  return melodies.map((melody, n) => laneOf(melody, n, says[n] ?? []))
}

function laneOf(melody: HeldOutMelody, place: number, says: Reading): Lane {
  const { primer, continuation } = melody
  const piece = pieceOf(continuation.events, { stepsPerBar: primer.stepsPerBar })
  const first = piece.notes.filter(({ startStep }) => startStep < primer.events.length).length
  const stretch = (start: number, notes: number): Stretch => ({
    from: itemAt(piece.notes, start).startStep,
    to: itemAt(piece.notes, start + notes - 1).endStep,
  })
  const arcs = returningFigures(piece, first).map(({ from, to, notes }) => {
    return { from: stretch(from, notes), to: stretch(to, notes), notes }
  })
  const letter = String.fromCharCode(65 + place)
  return { letter, voice: itemAt(VOICES_OF_HOME, place), melody, notes: piece.notes.slice(first), arcs, says }
}

import { runsOfEvents } from '../../dataset/noteRuns.ts'
import { findKey } from '../../evaluation/musical/keys.ts'
import { cleanEvents, type Melody, melodyNotes } from '../../melody/melody.ts'
import type { StarterPassage } from '../../results/starterSet.ts'
import type { ScoreStretch } from './openPieces.ts'
import type { Candidate } from './pickVaried.ts'
import type { PieceCredit } from './pieceCredit.ts'
import { round } from './tuneCandidates.ts'

/** A passage that can be picked. */
export interface PassageCandidate extends Candidate {
  readonly passage: StarterPassage
}

/** Bars of a passage. */
const BARS = 8
const METRES = ['2/4', '3/4', '4/4', '6/8', '2/2', '3/2']
/** Each voice alone. */
const [LEAST_NOTES, LEAST_PITCHES] = [12, 4]
/** Of all steps: both voices sound. */
const TOGETHER = 0.6
/** Of the steps on which both sound: unisons and octaves. */
const DOUBLED = 0.25
/** Of all steps on which a note begins: both begin one. */
const SAME_RHYTHM = 0.7

/** A file, and what is known of it. */
export interface PassageFile {
  /** Below `general/`, with its collection. */
  readonly file: string
  readonly collection: string
  readonly family: string
  readonly credit: PieceCredit
}

/**
 * The first passage of a file: of its pairs of voices, in order, the first eight whole bars in which both sound together
 * and each goes its own way. Null if there are none.
 */
export function passageCandidate(file: PassageFile, stretches: readonly ScoreStretch[]): PassageCandidate | null {
  for (const stretch of stretches) {
    if (!METRES.includes(stretch.metre)) continue
    for (const [a, b] of pairsOf(stretch.melodies)) {
      const found = firstPassage(a.melody, b.melody)
      if (found !== null) return describePassage(file, stretch, { ...found, numbers: [a.n, b.n] })
    }
  }
  return null
}

type Numbered = ScoreStretch['melodies'][number]

/** Melodies of different tracks that overlap, in order. */
function pairsOf(melodies: readonly Numbered[]): [Numbered, Numbered][] {
  return melodies.flatMap((a, n) =>
    melodies
      .slice(n + 1)
      .filter(({ melody }) => melody.instrument !== a.melody.instrument && overlap(a.melody, melody) > 0)
      .map((b): [Numbered, Numbered] => [a, b]),
  )
}

const overlap = (a: Melody, b: Melody): number => Math.min(a.endStep, b.endStep) - Math.max(a.startStep, b.startStep)

interface Voices {
  readonly upper: readonly number[]
  readonly lower: readonly number[]
  readonly stepsPerBar: number
}

function firstPassage(a: Melody, b: Melody): Voices | null {
  const { stepsPerBar } = a
  const steps = BARS * stepsPerBar
  const end = Math.min(a.endStep, b.endStep)
  const first = Math.ceil(Math.max(a.startStep, b.startStep) / stepsPerBar) * stepsPerBar
  for (let start = first; start + steps <= end; start += stepsPerBar) {
    const [one, other] = [a, b].map((melody) => excerpt(melody, start, steps)) as [number[], number[]]
    if (!goTheirOwnWay(one, other)) continue
    const isUpper = meanPitch(one) >= meanPitch(other)
    return { upper: isUpper ? one : other, lower: isUpper ? other : one, stepsPerBar }
  }
  return null
}

/** A note that began before the excerpt is left out. */
const excerpt = ({ events, startStep }: Melody, from: number, steps: number): number[] =>
  cleanEvents(events.slice(from - startStep, from - startStep + steps))

const meanPitch = (events: readonly number[]): number => {
  const pitches = events.filter((event) => event >= 0)
  return pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length
}

/** Whether two voices make a passage: enough notes in each, together for most of it, and neither doubles the other. */
export function goTheirOwnWay(one: readonly number[], other: readonly number[]): boolean {
  if (![one, other].every(isVaried)) return false
  const [a, b] = [one, other].map(soundingPitches) as [(number | null)[], (number | null)[]]
  const both = a.flatMap((pitch, step) => {
    const second = b[step]
    return pitch === null || second === null || second === undefined ? [] : [Math.abs(pitch - second)]
  })
  const doubled = both.filter((interval) => interval % 12 === 0).length
  const begun = one.filter((event, step) => event >= 0 || (other[step] ?? -2) >= 0).length
  const begunTogether = one.filter((event, step) => event >= 0 && (other[step] ?? -2) >= 0).length
  return (
    both.length >= TOGETHER * one.length && doubled <= DOUBLED * both.length && begunTogether <= SAME_RHYTHM * begun
  )
}

function isVaried(events: readonly number[]): boolean {
  const pitches = events.filter((event) => event >= 0)
  return pitches.length >= LEAST_NOTES && new Set(pitches).size >= LEAST_PITCHES
}

/** The pitch that sounds on each step, null in silence. */
function soundingPitches(events: readonly number[]): (number | null)[] {
  const pitches = new Array<number | null>(events.length).fill(null)
  for (const { pitch, startStep, endStep } of melodyNotes(events)) pitches.fill(pitch, startStep, endStep)
  return pitches
}

function describePassage(
  { file, collection, family, credit }: PassageFile,
  { metre, qpm }: ScoreStretch,
  { upper, lower, stepsPerBar, numbers }: Voices & { readonly numbers: readonly number[] },
): PassageCandidate | null {
  const key = findKey({ notes: [upper, lower].flatMap(melodyNotes) })
  if (key === null) return null
  const { tonic, mode } = key
  const passage = {
    ...{ id: `${file}/${numbers.join('+')}`, ...credit, collection, metre, stepsPerBar, qpm: round(qpm), tonic, mode },
    ...{ upper: runsOfEvents(upper), lower: runsOfEvents(lower) },
  }
  const features = {
    metre,
    mode,
    collection,
    composer: credit.composer ?? 'anonymous',
    distance: distanceClass(upper, lower),
  }
  return { id: passage.id, family, features, passage }
}

const distanceClass = (upper: readonly number[], lower: readonly number[]): string =>
  meanPitch(upper) - meanPitch(lower) > 12 ? 'beyond an octave' : 'within an octave'

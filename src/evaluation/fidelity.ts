import type { FidelityReport } from '../results/musicalReport.ts'
import { intervalsOf, meanOf, type Piece } from './musical/piece.ts'
import { interOnsetHistogram } from './musical/rhythm.ts'
import { sharesOf, sharesOverlap } from './sharesOverlap.ts'
import { proportionProbability } from './statistics.ts'
import { pitchClass } from '../melody/pitchName.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/**
 * How like a primer a continuation is: the mean overlap of their histograms of pitch classes, intervals and lengths between
 * onsets, 0-1. NaN where one of them has fewer than two notes.
 */
export function likeness(primer: Pick<Piece, 'notes'>, continuation: Pick<Piece, 'notes'>): number {
  const kinds = [pitchClasses, intervalSizes, interOnsetHistogram]
  return (
    kinds.reduce((sum, histogram) => sum + sharesOverlap(histogram(primer), histogram(continuation)), 0) / kinds.length
  )
}

type Histogram = ReadonlyMap<number, number>

const pitchClasses = ({ notes }: Pick<Piece, 'notes'>): Histogram =>
  sharesOf(notes.map(({ pitch }) => pitchClass(pitch)))
const intervalSizes = (piece: Pick<Piece, 'notes'>): Histogram => sharesOf(intervalsOf(piece))

/** How well primers can be recognised in the continuations of a set. */
export type Fidelity = Omit<FidelityReport, 'set'>

/**
 * Does a continuation find its own primer among the others? It finds the one it is more like than the continuations of all
 * primers are on average: a primer of many pitches and lengths is a little like everything.
 * @param continuations by primer, in the order of `primers`.
 */
export function primerFidelity(
  primers: Readonly<Record<string, Pick<Piece, 'notes'>>>,
  continuations: Readonly<Record<string, readonly Pick<Piece, 'notes'>[]>>,
): Fidelity {
  const names = Object.keys(primers)
  const asked = names.flatMap((name, own) =>
    (continuations[name] ?? []).map((piece) => ({
      own,
      scores: names.map((other) => likeness(propertyOf(primers, other), piece)),
    })),
  )
  const decided = asked.filter(({ scores }) => !scores.some(Number.isNaN))
  const usual = names.map((_, other) => meanOf(decided.map(({ scores }) => itemAt(scores, other))))
  const confusion = names.map(() => names.map(() => 0))
  for (const { own, scores } of decided) {
    const above = scores.map((score, other) => score - itemAt(usual, other))
    const [row, taken] = [itemAt(confusion, own), above.indexOf(Math.max(...above))]
    row[taken] = itemAt(row, taken) + 1
  }
  const n = decided.length
  const found = names.reduce((sum, _, place) => sum + itemAt(itemAt(confusion, place), place), 0)
  const chance = 1 / names.length
  return {
    ...{ primers: names, confusion, undecided: asked.length - n, share: n === 0 ? NaN : found / n, chance, n },
    probability: proportionProbability(found, n, chance),
  }
}

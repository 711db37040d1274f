import { sharesOf, sharesOverlap } from '../sharesOverlap.ts'
import { barsOf, interOnsetsOf, meanOf, notesByBar, type Piece, share } from './piece.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Shares of the inter-onset intervals of each length in steps; empty for fewer than two notes. */
export function interOnsetHistogram(piece: Pick<Piece, 'notes'>): Map<number, number> {
  return sharesOf(interOnsetsOf(piece))
}

/**
 * How much of the rhythm of one piece is that of another: the overlap of their inter-onset histograms, the sum of the lesser
 * shares, 0-1; NaN where one of them has fewer than two notes.
 */
export function rhythmOverlap(a: Pick<Piece, 'notes'>, b: Pick<Piece, 'notes'>): number {
  return sharesOverlap(interOnsetHistogram(a), interOnsetHistogram(b))
}

/** Entropy of the lengths between onsets, in bits; NaN for fewer than two notes. */
export const rhythmEntropy = (piece: Pick<Piece, 'notes'>): number => entropy([...interOnsetHistogram(piece).values()])

/** Notes that begin in a quarter, on average; NaN for an empty piece. */
export const noteDensity = ({ notes, steps, stepsPerQuarter }: Piece): number =>
  share(notes.length, steps / stepsPerQuarter)

/** Where in each bar notes begin: a flag a step. */
function onsetsByBar(piece: Piece): boolean[][] {
  return notesByBar(piece).map((notes) => {
    const onsets = new Array<boolean>(piece.stepsPerBar).fill(false)
    for (const { startStep } of notes) onsets[startStep] = true
    return onsets
  })
}

/** Share of the steps on which two bars agree whether a note begins, 0-1. */
function agreement(a: readonly boolean[], b: readonly boolean[]): number {
  return a.filter((onset, step) => onset === b[step]).length / a.length
}

/**
 * Mean agreement of the onsets of all pairs of bars, 0-1; NaN for fewer than two bars. Source: grooving pattern similarity of
 * MusDr (Wu & Yang, ISMIR 2020), on the melody's own grid. Of a very long piece, its first 64 bars.
 */
export function grooveSimilarity(piece: Piece): number {
  const bars = onsetsByBar(piece).slice(0, MOST_BARS)
  const pairs = bars.flatMap((bar, n) => bars.slice(n + 1).map((other) => agreement(bar, other)))
  return meanOf(pairs)
}

const MOST_BARS = 64

/** Mean agreement of every bar of one piece with every bar of another, 0-1; NaN where one has none or the bars differ. */
export function grooveOverlap(a: Piece, b: Piece): number {
  if (a.stepsPerBar !== b.stepsPerBar) return NaN
  const [first, second] = [onsetsByBar(a).slice(0, MOST_BARS), onsetsByBar(b).slice(0, MOST_BARS)]
  return meanOf(first.flatMap((bar) => second.map((other) => agreement(bar, other))))
}

/**
 * Mean entropy of the pitch classes of every stretch of `bars` bars, in bits, 0 to 3.58; stretches without notes are left
 * out, and a shorter piece is one stretch. NaN without notes. Source: pitch-class histogram entropy of MusDr.
 */
export function pitchClassEntropy(piece: Piece, bars: number): number {
  const byBar = notesByBar(piece)
  const width = Math.min(bars, barsOf(piece))
  const stretches = Array.from({ length: Math.max(0, byBar.length - width + 1) }, (_, n) =>
    byBar.slice(n, n + width).flat(),
  )
  return meanOf(stretches.filter((notes) => notes.length > 0).map((notes) => entropyOfClasses(notes)))
}

function entropyOfClasses(notes: readonly { readonly pitch: number }[]): number {
  const counts = new Array<number>(12).fill(0)
  for (const { pitch } of notes) counts[pitchClass(pitch)] = itemAt(counts, pitchClass(pitch)) + 1
  return entropy(counts.map((count) => count / notes.length))
}

/** Shannon's entropy of a distribution, in bits; NaN of none. */
export function entropy(shares: readonly number[]): number {
  if (shares.length === 0) return NaN
  return shares.reduce((sum, each) => (each > 0 ? sum - each * Math.log2(each) : sum), 0)
}

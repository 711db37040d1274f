import { type MelodyNote, melodyNotes } from '../../melody/melody.ts'
import { itemAt } from '../../support/itemAt.ts'

/** A melody as what is measured: its notes in order, one at a time, on a grid. */
export interface Piece {
  readonly notes: readonly MelodyNote[]
  /** Length, rests at the end included. */
  readonly steps: number
  readonly stepsPerBar: number
  readonly stepsPerQuarter: number
}

/** Options of a piece. */
export interface PieceOptions {
  readonly stepsPerBar?: number
  readonly stepsPerQuarter?: number
  /** First step that belongs to it: of a continuation, what was given is left out. Times are counted from there. */
  readonly from?: number
}

/**
 * The notes that begin from step `from` on.
 * @example pieceOf([60, -2, 62, -1], { from: 2 }).notes // [{ pitch: 62, startStep: 0, endStep: 1 }]
 */
export function pieceOf(events: readonly number[], options: PieceOptions = {}): Piece {
  const { stepsPerBar = 16, stepsPerQuarter = 4, from = 0 } = options
  const notes = melodyNotes(events)
    .filter(({ startStep }) => startStep >= from)
    .map(({ pitch, startStep, endStep }) => ({ pitch, startStep: startStep - from, endStep: endStep - from }))
  return { notes, steps: Math.max(0, events.length - from), stepsPerBar, stepsPerQuarter }
}

/** Semitones from each note to the next; one fewer than notes. */
export function intervalsOf({ notes }: Pick<Piece, 'notes'>): number[] {
  return notes.slice(1).map(({ pitch }, n) => pitch - itemAt(notes, n).pitch)
}

/** Steps from each note's beginning to the next one's; one fewer than notes. */
export function interOnsetsOf({ notes }: Pick<Piece, 'notes'>): number[] {
  return notes.slice(1).map(({ startStep }, n) => startStep - itemAt(notes, n).startStep)
}

/** A share; NaN of nothing. */
export const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole)

/** How many of `values` pass. */
export const countOf = <T>(values: readonly T[], passes: (value: T, index: number) => boolean): number =>
  values.filter(passes).length

/** Mean; NaN of nothing. */
export const meanOf = (values: readonly number[]): number =>
  share(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  )

/** Bars that the piece fills, the last one whole or not. */
export const barsOf = ({ steps, stepsPerBar }: Pick<Piece, 'steps' | 'stepsPerBar'>): number =>
  Math.ceil(steps / stepsPerBar)

/** The notes of each bar, by where they begin; times are counted from the bar's beginning. */
export function notesByBar(piece: Piece): MelodyNote[][] {
  const bars = Array.from({ length: barsOf(piece) }, (): MelodyNote[] => [])
  for (const { pitch, startStep, endStep } of piece.notes) {
    const bar = Math.floor(startStep / piece.stepsPerBar)
    const start = bar * piece.stepsPerBar
    itemAt(bars, bar).push({ pitch, startStep: startStep - start, endStep: endStep - start })
  }
  return bars
}

import { melodyNotes, type Melody } from '../melody.ts'

/** A note or rest, or the part of one that is written by itself; times in steps from the melody's first event. */
export interface WrittenPiece {
  /** Null for a rest. */
  readonly pitch: number | null
  readonly at: number
  readonly size: number
  /** Of the whole note or rest. */
  readonly from: number
  readonly to: number
}

/**
 * A melody as it is written: the pieces of each bar. A note is cut where a bar ends, and at beats it does not begin on.
 * @example writtenBars(melodyFromEvents([60, -2, -2, -2]))[0] // one piece of four steps
 */
export function writtenBars(melody: Melody): WrittenPiece[][] {
  const bars: WrittenPiece[][] = []
  for (const { pitch, from, to } of spansOf(melody)) {
    let at = from
    for (const size of sizes(melody, from, to)) {
      const bar = Math.floor(at / melody.stepsPerBar)
      const pieces = (bars[bar] ??= [])
      pieces.push({ pitch, at, size, from, to })
      at += size
    }
  }
  return bars.length === 0 ? [[]] : bars
}

/** Words over the first note that begins at a step, or later. */
export interface Mark {
  readonly from: number
  readonly text: string
}

/** The words over each piece that a mark stands over. */
export function markedPieces(
  bars: readonly (readonly WrittenPiece[])[],
  marks: readonly Mark[] = [],
): ReadonlyMap<WrittenPiece, string> {
  const notes = bars.flat().filter(({ pitch }) => pitch !== null)
  return new Map(
    marks.flatMap(({ from, text }) => {
      const piece = notes.find((note) => note.from >= from)
      return piece === undefined ? [] : [[piece, text] as const]
    }),
  )
}

/** A metre as a score says it. */
export interface WrittenMetre {
  readonly numerator: number
  readonly denominator: number
}

/** The metre with the smallest beat that holds the bar: quarters before eighths before sixteenths. */
export function metreOf({ stepsPerBar, stepsPerQuarter }: Melody): WrittenMetre {
  const quarters = stepsPerBar / stepsPerQuarter
  const denominator = [4, 8, 16].find((beat) => Number.isInteger((quarters * beat) / 4)) ?? 4
  return { numerator: (quarters * denominator) / 4, denominator }
}

/** Notes and the rests between them, to the end. */
function spansOf({ events }: Melody): Pick<WrittenPiece, 'pitch' | 'from' | 'to'>[] {
  const spans: Pick<WrittenPiece, 'pitch' | 'from' | 'to'>[] = []
  let at = 0
  for (const { pitch, startStep, endStep } of melodyNotes(events)) {
    if (startStep > at) spans.push({ pitch: null, from: at, to: startStep })
    spans.push({ pitch, from: startStep, to: endStep })
    at = endStep
  }
  if (at < events.length) spans.push({ pitch: null, from: at, to: events.length })
  return spans
}

/** The sizes in which a length is written: none crosses a beat it does not begin on. */
function sizes({ stepsPerBar, stepsPerQuarter }: Melody, from: number, to: number): number[] {
  const result: number[] = []
  for (let at = from; at < to; at += result.at(-1) ?? 1)
    result.push(Math.min(to - at, sizeAt(at % stepsPerBar, { left: to - at, stepsPerBar, beat: stepsPerQuarter })))
  return result
}

function sizeAt(at: number, bar: { left: number; stepsPerBar: number; beat: number }): number {
  const { left, stepsPerBar, beat } = bar
  const room = stepsPerBar - at
  if (at % beat !== 0) return Math.min(room, beat - (at % beat), powerBelow(beat - (at % beat)))
  const whole = [4 * beat, 3 * beat, 2 * beat, 1.5 * beat, beat, 0.75 * beat, 0.5 * beat]
  return whole.find((size) => Number.isInteger(size) && size <= Math.min(room, left)) ?? 1
}

/** Three steps to the next beat are one and two: a dotted note would hide where the half beat is. */
const powerBelow = (steps: number): number => (steps === 3 ? 1 : steps)

import {
  isOnePitch,
  type Line,
  type Transformation,
  TRANSFORMATIONS,
  transformationOf,
} from '../evaluation/musical/motifs.ts'
import { isPitch } from '../melody/melody.ts'
import { scaleStep, type Tonality } from '../config/modes.ts'
import { itemAt } from '../support/itemAt.ts'

/** Notes a motif has at least and at most. */
const SHORTEST = 4 // three intervals: two in a row agree by chance all the time
const LONGEST = 8
/** Occurrences that are paid in one bar. */
const PAID_A_BAR = 2

/** The notes of a melody as its motifs are looked at: by pitch, beginning, and place in the tonality's scale. */
export function lineOf(events: readonly number[], tonality: Tonality): Line {
  const onsets = [...events.keys()].filter((step) => isPitch(itemAt(events, step)))
  const pitches = onsets.map((step) => itemAt(events, step))
  return { pitches, onsets, places: pitches.map((pitch) => scaleStep(pitch, tonality)) }
}

/**
 * How the notes that `action` ends develop what was played before: the motif of 4 to 8 notes it completes, against every
 * earlier one that shares no more than a note with it. Null where it begins no note, where nothing repeats, where the
 * same development was already there a note earlier (an occurrence counts once, however long it grows), and once a bar has
 * had two.
 * @example developmentAt([60, 62, 64, 60, 65, 67, 69], 65, { mode: 'ionian', root: 0 }, 16) // 'transposed'
 */
export function developmentAt(
  history: readonly number[],
  action: number,
  tonality: Tonality,
  stepsPerBar: number,
): Transformation | null {
  if (!isPitch(action)) return null
  const line = lineOf([...history, action], tonality)
  const { onsets } = line
  const found = paidAt(line, onsets.length - 1)
  if (found === null) return null
  const bar = Math.floor(history.length / stepsPerBar)
  let paid = 0
  for (let n = onsets.length - 2; n >= 0 && Math.floor(itemAt(onsets, n) / stepsPerBar) === bar; n--)
    if (paidAt(line, n) !== null) paid++
  return paid < PAID_A_BAR ? found : null
}

/** The development that note `last` completes and that the note before it had not. */
function paidAt(line: Line, last: number): Transformation | null {
  const now = developmentEndingAt(line, last)
  if (now === null) return null
  const before = developmentEndingAt(line, last - 1)
  return before !== null && before.kind === now.kind && now.notes > SHORTEST ? null : now.kind
}

/** The longest motif that note `last` ends and that develops an earlier one. */
function developmentEndingAt(line: Line, last: number): { kind: Transformation; notes: number } | null {
  let found: { kind: Transformation; notes: number } | null = null
  for (let count = SHORTEST; count <= LONGEST; count++) {
    const start = last - count + 1
    if (start < count - 1) break // no room for an earlier one
    const kind = bestDevelopment(line, start, count)
    if (kind === null) break // what is longer develops even less
    found = { kind, notes: count }
  }
  return found
}

function bestDevelopment(line: Line, start: number, count: number): Transformation | null {
  if (isOnePitch(line, start, count)) return null
  let best: number = TRANSFORMATIONS.length
  for (let earlier = start - count + 1; earlier >= 0 && best > 0; earlier--) {
    if (isOnePitch(line, earlier, count)) continue
    const kind = transformationOf(line, earlier, start, count)
    if (kind !== null) best = Math.min(best, TRANSFORMATIONS.indexOf(kind))
  }
  return TRANSFORMATIONS[best] ?? null
}

/**
 * How much of the bar that `action` ends was in the earlier bar most like it: notes that have place and pitch in common, over
 * the notes of both; 0-1. Null inside a bar, in the first bar, and where the bar has no note.
 */
export function barLikeness(history: readonly number[], action: number, stepsPerBar: number): number | null {
  const events = [...history, action]
  if (events.length % stepsPerBar !== 0 || events.length < 2 * stepsPerBar) return null
  const bars = Array.from({ length: events.length / stepsPerBar }, (_, n) =>
    events.slice(n * stepsPerBar, (n + 1) * stepsPerBar),
  )
  const own = itemAt(bars, -1)
  return own.some(isPitch) ? Math.max(...bars.slice(0, -1).map((bar) => sharedNotes(bar, own))) : null
}

function sharedNotes(a: readonly number[], b: readonly number[]): number {
  let [common, all] = [0, 0]
  for (let n = 0; n < a.length; n++) {
    const [ofA, ofB] = [isPitch(itemAt(a, n)), isPitch(itemAt(b, n))]
    if (ofA && a[n] === b[n]) common++
    all += ofA && a[n] === b[n] ? 1 : Number(ofA) + Number(ofB)
  }
  return all === 0 ? 0 : common / all
}

import { isPitch } from '../melody/melody.js'
import { scaleStep, type Tonality } from './modes.js'

/** How a motif comes again; of several that fit the first. */
export const DEVELOPMENTS = [
  'exact',
  'transposed',
  'diatonic',
  'inverted',
  'retrograde',
  'augmented',
  'one note changed',
] as const
export type Development = (typeof DEVELOPMENTS)[number]

/** Notes a motif has at least and at most. */
const SHORTEST = 4 // three intervals: two in a row agree by chance all the time
const LONGEST = 8
/** Occurrences that are paid in one bar. */
const PAID_A_BAR = 2

interface Note {
  readonly pitch: number
  readonly step: number
}

const notesOf = (events: readonly number[]): Note[] =>
  events.flatMap((pitch, step) => (isPitch(pitch) ? [{ pitch, step }] : []))

/**
 * How the notes that `action` ends develop what was played before: the motif of 4 to 8 notes it completes, against every
 * earlier one that shares no more than a note with it. Null where it begins no note, where nothing comes again, where the
 * same development was already there a note earlier (an occurrence counts once, however long it grows), and once a bar has
 * had two.
 * @example developmentAt([60, 62, 64, 60, 65, 67, 69], 65, { mode: 'ionian', root: 0 }, 16) // 'transposed'
 */
export function developmentAt(
  history: readonly number[],
  action: number,
  tonality: Tonality,
  stepsPerBar: number,
): Development | null {
  if (!isPitch(action)) return null
  const notes = notesOf([...history, action])
  const found = paidAt(notes, notes.length - 1, tonality)
  if (found === null) return null
  const bar = Math.floor(history.length / stepsPerBar)
  let paid = 0
  for (let n = notes.length - 2; n >= 0 && Math.floor(notes[n]!.step / stepsPerBar) === bar; n--)
    if (paidAt(notes, n, tonality) !== null) paid++
  return paid < PAID_A_BAR ? found : null
}

/** The development that note `last` completes and that the note before it had not. */
function paidAt(notes: readonly Note[], last: number, tonality: Tonality): Development | null {
  const now = developmentEndingAt(notes, last, tonality)
  if (now === null) return null
  const before = developmentEndingAt(notes, last - 1, tonality)
  return before !== null && before.kind === now.kind && now.notes > SHORTEST ? null : now.kind
}

/** The longest motif that note `last` ends and that develops an earlier one. */
function developmentEndingAt(
  notes: readonly Note[],
  last: number,
  tonality: Tonality,
): { kind: Development; notes: number } | null {
  let found: { kind: Development; notes: number } | null = null
  for (let count = SHORTEST; count <= LONGEST; count++) {
    const start = last - count + 1
    if (start < count - 1) break // no room for an earlier one
    const kind = bestDevelopment(notes, start, count, tonality)
    if (kind === null) break // what is longer develops even less
    found = { kind, notes: count }
  }
  return found
}

function bestDevelopment(notes: readonly Note[], start: number, count: number, tonality: Tonality): Development | null {
  if (isOnePitch(notes, start, count)) return null
  let best: number = DEVELOPMENTS.length
  for (let earlier = start - count + 1; earlier >= 0 && best > 0; earlier--) {
    const kind = developmentOf(notes, earlier, start, count, tonality)
    if (kind !== null) best = Math.min(best, DEVELOPMENTS.indexOf(kind))
  }
  return DEVELOPMENTS[best] ?? null
}

function isOnePitch(notes: readonly Note[], start: number, count: number): boolean {
  for (let n = 1; n < count; n++) if (notes[start + n]!.pitch !== notes[start]!.pitch) return false
  return true
}

/** How the `count` notes from `b` on come from those from `a` on. */
export function developmentOf(
  notes: readonly Note[],
  a: number,
  b: number,
  count: number,
  tonality: Tonality,
): Development | null {
  if (isOnePitch(notes, a, count)) return null
  const every = (holds: (n: number) => boolean): boolean => {
    for (let n = 0; n < count - 1; n++) if (!holds(n)) return false
    return true
  }
  const interval = (from: number, n: number): number => notes[from + n + 1]!.pitch - notes[from + n]!.pitch
  const gap = (from: number, n: number): number => notes[from + n + 1]!.step - notes[from + n]!.step
  const moved = every((n) => interval(a, n) === interval(b, n))
  const inRhythm = every((n) => gap(a, n) === gap(b, n))
  if (inRhythm && moved) return notes[a]!.pitch === notes[b]!.pitch ? 'exact' : 'transposed'
  if (inRhythm && isDiatonic(notes, a, b, count, tonality)) return 'diatonic'
  if (inRhythm && every((n) => interval(a, n) === -interval(b, n))) return 'inverted'
  const last = count - 2
  // Read from its end, a motif's intervals come in the other order and the other way.
  if (every((n) => gap(a, last - n) === gap(b, n) && interval(a, last - n) === -interval(b, n))) return 'retrograde'
  if (moved && (every((n) => 2 * gap(a, n) === gap(b, n)) || every((n) => gap(a, n) === 2 * gap(b, n))))
    return 'augmented'
  return inRhythm && differing(notes, a, b, count) === 1 ? 'one note changed' : null
}

function isDiatonic(notes: readonly Note[], a: number, b: number, count: number, tonality: Tonality): boolean {
  const place = (n: number): number | null => scaleStep(notes[n]!.pitch, tonality)
  const [firstA, firstB] = [place(a), place(b)]
  if (firstA === null || firstB === null) return false
  for (let n = 1; n < count; n++) {
    const [ofA, ofB] = [place(a + n), place(b + n)]
    if (ofA === null || ofB === null || ofA - firstA !== ofB - firstB) return false
  }
  return true
}

function differing(notes: readonly Note[], a: number, b: number, count: number): number {
  let found = 0
  for (let n = 0; n < count; n++) if (notes[a + n]!.pitch !== notes[b + n]!.pitch) found++
  return found
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
  const own = bars.pop()!
  return own.some(isPitch) ? Math.max(...bars.map((bar) => sharedNotes(bar, own))) : null
}

function sharedNotes(a: readonly number[], b: readonly number[]): number {
  let [common, all] = [0, 0]
  for (let n = 0; n < a.length; n++) {
    const [ofA, ofB] = [isPitch(a[n]!), isPitch(b[n]!)]
    if (ofA && a[n] === b[n]) common++
    all += ofA && a[n] === b[n] ? 1 : Number(ofA) + Number(ofB)
  }
  return all === 0 ? 0 : common / all
}

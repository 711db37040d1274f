import { UserError } from '../support/errors.ts'
import type { QuantizedNote, QuantizedSequence } from '../score/noteSequence.ts'
import { eventsOfNotes, type Melody, type MelodyNote } from './melody.ts'

/** Which melodies a quantized score yields. */
export interface ExtractionOptions {
  /** A shorter melody is dropped; in bars, measured before it is truncated. */
  readonly minBars: number
  /** Distinct pitch classes a melody must have, counted after it is truncated. */
  readonly minPitches: number
  /** A rest this long, in bars, ends a melody; `Infinity` = none does. */
  readonly gapBars: number
  /** Of notes that start together keep the highest; otherwise such notes end the search in their track. */
  readonly ignorePolyphonic: boolean
  /** A melody longer than this is cut to it; `null` (default) = never. */
  readonly maxStepsTruncate?: number | null
  /** A melody longer than this is dropped; `null` (default) = never. */
  readonly maxStepsDiscard?: number | null
  /** Lengthen melodies to whole bars; one that is truncated is cut to whole bars. Default false. */
  readonly padEnd?: boolean
  /** Leave out drum notes. Default true. */
  readonly filterDrums?: boolean
  /** Where to begin, the start of a bar. Default 0. */
  readonly searchStartStep?: number
}

/** Why a track, or with `instrument` null the whole score, gave no melody. */
export type TrackDropReason =
  'polyphonic' | 'too-short' | 'too-long' | 'too-few-pitches' | 'non-integer-steps-per-bar' | 'drums' | 'no-notes'

/** A track, or part of one, that gave no melody. */
export interface DroppedTrack {
  readonly instrument: number | null
  readonly reason: TrackDropReason
}

/** note-seq's counters of one extraction. */
export interface ExtractionStats {
  polyphonicTracksDiscarded: number
  melodiesDiscardedTooShort: number
  melodiesDiscardedTooFewPitches: number
  melodiesDiscardedTooLong: number
  melodiesTruncated: number
  nonIntegerStepsPerBar: number
  /** Melodies kept by length in whole bars: the key is the largest bucket bound not above it; empty buckets left out. */
  melodyLengthsInBars: Record<string, number>
}

/** The melodies of a score and what was dropped. */
export interface Extraction {
  /** By instrument in ascending order, then by start. */
  readonly melodies: Melody[]
  /** One row for each track that gave no melody. */
  readonly dropped: DroppedTrack[]
  readonly stats: ExtractionStats
}

/** Notes whose end does not lie behind their start: quantization never makes any. */
export class NoteLengthError extends RangeError {
  override readonly name = 'NoteLengthError'
}

/** Events that the melodies of one score may have together; 300,000 bars of 4/4 on sixteenths are fewer. */
export const MAX_EVENTS = 5_000_000

/** The melodies of a score would not fit in memory: its notes last longer, and its tracks are more, than music's. */
export class MelodyLimitError extends UserError {
  override readonly name = 'MelodyLimitError'
}

/** @throws MelodyLimitError when `events` is more than the melodies of one score may have. */
export function checkEventLimit(events: number): void {
  if (events > MAX_EVENTS) throw new MelodyLimitError(`limit-events: melodies of more than ${MAX_EVENTS} steps in all`)
}

/**
 * The melodies of a quantized score, track by track, as note-seq finds them. A melody begins at the start of the bar of
 * its first note and ends with a rest of `gapBars` bars after the last NOTE_OFF; the search for the next continues at the
 * next bar. A note is cut where the next one starts; one that ends before a note it overlaps ends the melody so far
 * there. Two notes that start on one step end the search in that track, melodies found before them stay (unless
 * `ignorePolyphonic`). Drum notes and notes of velocity 0 are passed over. The score is not changed.
 *
 * A score without notes or without whole steps per bar gives nothing and one dropped row with `instrument` null.
 * @throws MelodyLimitError when the melodies have more than 5 million events together.
 * @example extractMelodies(quantize(score, 4), { minBars: 7, minPitches: 5, gapBars: 1, ignorePolyphonic: false })
 */
export function extractMelodies(score: QuantizedSequence, options: ExtractionOptions): Extraction {
  const stats = emptyStats()
  if (score.notes.length === 0) return { melodies: [], dropped: [{ instrument: null, reason: 'no-notes' }], stats }
  if (!Number.isInteger(score.stepsPerBar) || score.stepsPerBar < 1) {
    stats.nonIntegerStepsPerBar = 1
    return { melodies: [], dropped: [{ instrument: null, reason: 'non-integer-steps-per-bar' }], stats }
  }
  const melodies: Melody[] = []
  const dropped: DroppedTrack[] = []
  const kept = { events: 0 }
  for (const [instrument, notes] of tracks(score.notes)) {
    const found = searchTrack(notes, { instrument, score, options, stats, kept })
    for (const melody of found.melodies) melodies.push(melody)
    if (found.melodies.length === 0) dropped.push({ instrument, reason: found.reason })
  }
  return { melodies, dropped, stats }
}

function emptyStats(): ExtractionStats {
  return {
    polyphonicTracksDiscarded: 0,
    melodiesDiscardedTooShort: 0,
    melodiesDiscardedTooFewPitches: 0,
    melodiesDiscardedTooLong: 0,
    melodiesTruncated: 0,
    nonIntegerStepsPerBar: 0,
    melodyLengthsInBars: {},
  }
}

/** The notes of each instrument, instruments ascending, notes by start and the highest first. */
function tracks(notes: readonly QuantizedNote[]): [number, QuantizedNote[]][] {
  const byInstrument = new Map<number, QuantizedNote[]>()
  for (const note of notes) {
    const track = byInstrument.get(note.instrument)
    if (track === undefined) byInstrument.set(note.instrument, [note])
    else track.push(note)
  }
  for (const track of byInstrument.values()) track.sort((a, b) => a.startStep - b.startStep || b.pitch - a.pitch)
  return [...byInstrument].sort(([a], [b]) => a - b)
}

interface Search {
  readonly instrument: number
  readonly score: QuantizedSequence
  readonly options: ExtractionOptions
  /** Counted up as the search proceeds. */
  readonly stats: ExtractionStats
  /** Events of the melodies found so far in all tracks; counted up as well. */
  readonly kept: { events: number }
}

/** All melodies of one track, and the reason to give if there is none. */
function searchTrack(notes: readonly QuantizedNote[], search: Search): { melodies: Melody[]; reason: TrackDropReason } {
  const { searchStartStep = 0 } = search.options
  const melodies: Melody[] = []
  const reasons = new Set<TrackDropReason>()
  let from = searchStartStep
  for (let candidate = nextCandidate(notes, from, search); candidate !== null;) {
    if (candidate === 'polyphonic') {
      search.stats.polyphonicTracksDiscarded++
      reasons.add('polyphonic')
      break
    }
    const judged = judge(candidate, search)
    if (typeof judged === 'string') reasons.add(judged)
    else melodies.push(judged)
    from = roundUpToBar(candidate.startStep + candidate.length, search.score.stepsPerBar, searchStartStep)
    candidate = nextCandidate(notes, from, search)
  }
  return { melodies, reason: reasonOf(reasons, notes, search.options) }
}

/** The first bar line at or after `step`, bars being counted from `origin`. */
function roundUpToBar(step: number, stepsPerBar: number, origin: number): number {
  return origin + Math.ceil((step - origin) / stepsPerBar) * stepsPerBar
}

/**
 * What stopped the search, else the reason of the candidate that came furthest; a track without any candidate has drums
 * alone, or nothing to play.
 */
function reasonOf(
  reasons: ReadonlySet<TrackDropReason>,
  notes: readonly QuantizedNote[],
  { filterDrums = true }: ExtractionOptions,
): TrackDropReason {
  const furthest = (['polyphonic', 'too-few-pitches', 'too-long', 'too-short'] as const).find((r) => reasons.has(r))
  return furthest ?? (filterDrums && notes.some((note) => note.isDrum) ? 'drums' : 'no-notes')
}

/** A stretch of a track between two long rests: its notes, in steps from `startStep`, not yet cut at one another. */
interface Candidate {
  readonly startStep: number
  readonly notes: readonly MelodyNote[]
  /** Steps in all, before any truncation. */
  readonly length: number
}

/** The first candidate at or after `from`; `null` when no playable note is left; 'polyphonic' if it is. */
function nextCandidate(
  track: readonly QuantizedNote[],
  from: number,
  { score, options }: Search,
): Candidate | 'polyphonic' | null {
  const { stepsPerBar } = score
  const { gapBars, ignorePolyphonic, padEnd = false, filterDrums = true } = options
  const first = firstAtOrAfter(track, from)
  const firstNote = track[first]
  if (firstNote === undefined) return null
  const startStep = firstNote.startStep - ((firstNote.startStep - from) % stepsPerBar)
  const notes: MelodyNote[] = []
  for (let index = first; index < track.length; index++) {
    const note = track[index] as QuantizedNote
    if ((filterDrums && note.isDrum) || note.velocity === 0) continue
    const last = notes.at(-1)
    const start = note.startStep - startStep
    if (last !== undefined && start === last.startStep) {
      if (ignorePolyphonic) continue
      return 'polyphonic'
    }
    if (last !== undefined && start - last.endStep >= gapBars * stepsPerBar) break
    notes.push(melodyNote(note, startStep))
  }
  const length = notes.at(-1)?.endStep
  if (length === undefined) return null
  return { startStep, notes, length: padEnd ? roundUpToBar(length, stepsPerBar, 0) : length }
}

function melodyNote(note: QuantizedNote, origin: number): MelodyNote {
  const { pitch, startStep, endStep } = note
  if (endStep <= startStep)
    throw new NoteLengthError(`note of pitch ${pitch} starts at ${startStep}, ends at ${endStep}`)
  return { pitch, startStep: startStep - origin, endStep: endStep - origin }
}

/** Index of the first note that starts at or after `step`; the notes are in order of their starts. */
function firstAtOrAfter(track: readonly QuantizedNote[], step: number): number {
  let low = 0
  let high = track.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((track[middle] as QuantizedNote).startStep < step) low = middle + 1
    else high = middle
  }
  return low
}

/** The candidate as a melody, truncated where it must be; or the reason against it. */
function judge(candidate: Candidate, { instrument, score, options, stats, kept }: Search): Melody | TrackDropReason {
  const { stepsPerBar, stepsPerQuarter } = score
  const { minBars, minPitches, maxStepsDiscard = null } = options
  if (candidate.length < stepsPerBar * minBars) {
    stats.melodiesDiscardedTooShort++
    return 'too-short'
  }
  if (maxStepsDiscard !== null && candidate.length > maxStepsDiscard) {
    stats.melodiesDiscardedTooLong++
    return 'too-long'
  }
  const length = truncatedLength(candidate.length, stepsPerBar, options)
  if (length < candidate.length) stats.melodiesTruncated++
  const { startStep } = candidate
  if (pitchClasses(candidate.notes, length) < minPitches) {
    stats.melodiesDiscardedTooFewPitches++
    return 'too-few-pitches'
  }
  kept.events += length
  checkEventLimit(kept.events)
  countLength(stats, Math.floor(length / stepsPerBar), minBars)
  const events = eventsOfNotes(candidate.notes, length)
  return { events, startStep, endStep: startStep + length, stepsPerBar, stepsPerQuarter, instrument }
}

/** Pitch classes of the notes that start within `length` steps. */
function pitchClasses(notes: readonly MelodyNote[], length: number): number {
  return new Set(notes.filter((note) => note.startStep < length).map((note) => note.pitch % 12)).size
}

function truncatedLength(length: number, stepsPerBar: number, options: ExtractionOptions): number {
  const { maxStepsTruncate = null, padEnd = false } = options
  if (maxStepsTruncate === null || length <= maxStepsTruncate) return length
  return padEnd ? maxStepsTruncate - (maxStepsTruncate % stepsPerBar) : maxStepsTruncate
}

/** Adds a melody of `bars` bars to note-seq's histogram, whose bounds depend on the shortest length allowed. */
function countLength(stats: ExtractionStats, bars: number, minBars: number): void {
  const bounds = [0, 1, 10, 20, 30, 40, 50, 100, 200, 500, Math.floor(minBars / 2), minBars - 1, minBars, minBars + 1]
  const bucket = Math.max(...bounds.filter((bound) => bound <= bars))
  stats.melodyLengthsInBars[bucket] = (stats.melodyLengthsInBars[bucket] ?? 0) + 1
}

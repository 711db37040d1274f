import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { checkEventLimit, extractMelodies, type DroppedTrack } from '../melody/extractMelodies.ts'
import type { Melody } from '../melody/melody.ts'
import type { NoteSequence, QuantizedSequence } from '../score/noteSequence.ts'
import {
  BadTimeSignatureError,
  MultipleTempoError,
  MultipleTimeSignatureError,
  NegativeTimeError,
  quantize,
} from '../score/quantize.ts'
import { splitOnTimeChanges } from '../score/splitOnTimeChanges.ts'
import type { DropReason } from './dataset.ts'

/** A stretch of a score with one tempo and one metre, and what it gave. */
export interface ScorePart {
  /** Seconds from the start of the score to the start of the part. */
  readonly startTimeOffset: number
  /** Steps of a bar; `null` where the part has no whole number of them, or could not be put on the grid. */
  readonly stepsPerBar: number | null
  /** By instrument in ascending order, then by start. */
  readonly melodies: Melody[]
  /** One row for each track that gave no melody; `instrument` null: the whole part gave none. */
  readonly dropped: { readonly instrument: number | null; readonly reason: DropReason }[]
}

/** What Magenta's melody_rnn_create_dataset uses. */
export const DEFAULT_EXTRACTION: ExtractionConfig = {
  stepsPerQuarter: 4,
  minBars: 7,
  maxSteps: 512,
  minPitches: 5,
  gapBars: 1,
  ignorePolyphonic: false,
}

/**
 * Splits a score where its tempo or metre changes, quantizes each part and extracts its melodies; whatever gives none
 * is named with its reason. A score without notes is one empty part with the reason 'no-notes'.
 * @throws MelodyLimitError for a score whose melodies would not fit in memory.
 * @example scoreToMelodies(readMidi(bytes), DEFAULT_EXTRACTION).flatMap((part) => part.melodies)
 */
export function scoreToMelodies(score: NoteSequence, config: ExtractionConfig): ScorePart[] {
  const parts = splitOnTimeChanges(score)
  if (parts.length === 0) return [emptyPart(score.startTimeOffsetSeconds, 'no-notes')]
  let events = 0
  return parts.map((part) => {
    const found = partToMelodies(part, config)
    for (const melody of found.melodies) events += melody.events.length
    checkEventLimit(events)
    return found
  })
}

function partToMelodies(part: NoteSequence, config: ExtractionConfig): ScorePart {
  const offset = part.startTimeOffsetSeconds
  const quantized = quantizeOrNull(part, config.stepsPerQuarter)
  if (quantized === null || !Number.isInteger(quantized.stepsPerBar)) {
    return emptyPart(offset, 'non-integer-steps-per-bar')
  }
  const { melodies, dropped } = extractMelodies(quantized, {
    minBars: config.minBars,
    minPitches: config.minPitches,
    gapBars: config.gapBars,
    ignorePolyphonic: config.ignorePolyphonic,
    maxStepsTruncate: config.maxSteps,
  })
  return { startTimeOffset: offset, stepsPerBar: quantized.stepsPerBar, melodies, dropped: dropped.map(datasetDrop) }
}

function emptyPart(startTimeOffset: number, reason: DropReason): ScorePart {
  return { startTimeOffset, stepsPerBar: null, melodies: [], dropped: [{ instrument: null, reason }] }
}

/** `null` where the metre has no place on a grid: 0 beats, a beat that is not a power of two, notes before the start. */
function quantizeOrNull(part: NoteSequence, stepsPerQuarter: number): QuantizedSequence | null {
  const unfit = [BadTimeSignatureError, NegativeTimeError, MultipleTempoError, MultipleTimeSignatureError]
  try {
    return quantize(part, stepsPerQuarter)
  } catch (error) {
    if (unfit.some((kind) => error instanceof kind)) return null
    throw error
  }
}

function datasetDrop({ instrument, reason }: DroppedTrack): ScorePart['dropped'][number] {
  // Datasets truncate long melodies and drop none for its length.
  if (reason === 'too-long') throw new Error(`track ${instrument} was dropped as too long without a limit`)
  return { instrument, reason }
}

import type { ExtractionStats } from '../../src/melody/extractMelodies.ts'

/** Our counters under note-seq's names, as the goldens write them. */
export function goldenStats(stats: ExtractionStats): Record<string, number | Record<string, number>> {
  return {
    polyphonic_tracks_discarded: stats.polyphonicTracksDiscarded,
    melodies_discarded_too_short: stats.melodiesDiscardedTooShort,
    melodies_discarded_too_few_pitches: stats.melodiesDiscardedTooFewPitches,
    melodies_discarded_too_long: stats.melodiesDiscardedTooLong,
    melodies_truncated: stats.melodiesTruncated,
    melody_lengths_in_bars: stats.melodyLengthsInBars,
  }
}

import { eventsOfNotes, isPitch, NO_EVENT, NOTE_OFF } from '../../melody/melody.ts'
import { countOf, intervalsOf, type Piece, share } from './piece.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Repeats in a row that are still music, and how many where holds or rests lie between them (Jaques et al. 2016). */
const MOST_REPEATS = 4
const MOST_REPEATS_WITH_GAPS = 6
/** Rests in a row that are still music. */
const MOST_RESTS = 2

/**
 * Which steps the RL Tuner calls excessively repeated: a note that returns after more than four of its like without a
 * different one, or after more than six where holds or rests lie between; or a third rest in a row. One flag per step.
 * One pass: of what came before, only the last pitch counts, how often it came, and whether anything lay between.
 * Source: Jaques et al. 2016 (arXiv 1611.02796); the counts of Magenta's rl_tuner.
 */
export function excessiveRepeats(events: readonly number[]): boolean[] {
  let [pitch, times, rests] = [NO_EVENT, 0, 0]
  let gaps = false // since the last different pitch
  let gapsSinceNote = false
  return events.map((event) => {
    if (!isPitch(event)) {
      gaps = gapsSinceNote = true
      return event === NOTE_OFF && ++rests > MOST_RESTS
    }
    if (event !== pitch) [pitch, times, gaps] = [event, 0, gapsSinceNote]
    rests = 0
    gapsSinceNote = false
    return ++times > 1 + (gaps ? MOST_REPEATS_WITH_GAPS : MOST_REPEATS)
  })
}

/** Share of the notes that are excessively repeated, 0-1; NaN without notes. */
export function excessRepetition({ notes, steps }: Piece): number {
  const excessive = excessiveRepeats(eventsOfNotes(notes, steps))
  return share(
    countOf(notes, ({ startStep }) => itemAt(excessive, startStep)),
    notes.length,
  )
}

/** Share of the steps from note to note that stay on the pitch, 0-1; NaN for fewer than two notes. */
export function samePitchShare(piece: Piece): number {
  const intervals = intervalsOf(piece)
  return share(
    countOf(intervals, (interval) => interval === 0),
    intervals.length,
  )
}

/** Most notes of one pitch in a row; NaN without notes. */
export function longestSamePitchRun({ notes }: Piece): number {
  if (notes.length === 0) return NaN
  let [longest, run] = [1, 1]
  for (let n = 1; n < notes.length; n++) {
    run = itemAt(notes, n).pitch === itemAt(notes, n - 1).pitch ? run + 1 : 1
    longest = Math.max(longest, run)
  }
  return longest
}

/** Share of the piece after its last note has begun: silence, or one note that is held on and on. 1 without notes. */
export function stillTail({ notes, steps }: Piece): number {
  return share(steps - (notes.at(-1)?.startStep ?? 0), steps)
}

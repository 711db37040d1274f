import { describe, expect, it } from 'vitest'
import { uniqueClimax, uniqueLow } from '../../src/evaluation/musical/contour.ts'
import { modeShare } from '../../src/evaluation/musical/keys.ts'
import { pieceOf } from '../../src/evaluation/musical/piece.ts'
import { excessiveRepeats } from '../../src/evaluation/musical/repetition.ts'
import { isPitch, NO_EVENT } from '../../src/melody/melody.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { hasUniqueHigh, hasUniqueLow, isExcessive } from '../../src/tuner/jaques.ts'
import { countComposition, keyOfTonality } from '../../src/tuner/tunerMetrics.ts'
import { ownGoldens, goldenJson } from '../goldens/goldens.ts'
import { eventOfAction } from '../../src/tuner/jaques.ts'

/** Melodies with long runs, and the episodes of the goldens. */
function melodies(): number[][] {
  const random = mulberry32(11)
  const drawn = Array.from({ length: 200 }, () =>
    Array.from({ length: 48 }, () => [60, 60, 60, 62, 64, -2, -2, -1][Math.floor(random.next() * 8)]!),
  )
  const { episodes } = goldenJson<{ episodes: { actions: number[] }[] }>(ownGoldens, 'rl_tuner.json')
  return [...drawn, ...episodes.map(({ actions }) => actions.map(eventOfAction))]
}

describe('where the musical evaluation means the same as the RL Tuner', () => {
  const all = melodies()

  it('excessive repeats are the same steps, but for holds: the evaluation does not count a long note', () => {
    for (const events of all) {
      const ours = events.map((event, step) => isExcessive(events.slice(0, step), event))
      expect(excessiveRepeats(events)).toEqual(ours.map((excessive, step) => excessive && events[step] !== NO_EVENT))
    }
  })

  it('the unique highest and lowest note are the same wherever there is a note', () => {
    for (const events of all.filter((each) => each.some(isPitch))) {
      const piece = pieceOf(events)
      // A melody's first NOTE_OFF ends nothing; neither counts it as a note.
      expect([uniqueClimax(piece), uniqueLow(piece)]).toEqual([
        Number(hasUniqueHigh(events)),
        Number(hasUniqueLow(events)),
      ])
    }
  })

  it('notes in a mode are the same, over notes there and over steps here', () => {
    for (const events of all) {
      const piece = pieceOf(events)
      const counts = countComposition(events, keyOfTonality({ mode: 'dorian', root: 2 }))
      const outside = (1 - modeShare(piece, 2, 'dorian')) * piece.notes.length
      expect(counts.notInKey).toBeCloseTo(piece.notes.length === 0 ? 0 : outside, 9)
    }
  })
})

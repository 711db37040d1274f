import { findTonality } from '../../src/generation/control/findTonality.ts'
import { PRIMER_BARS } from '../../src/generation/primers.ts'
import { isPitch } from '../../src/melody/melody.ts'
import { partAtHand } from '../../src/study/partAtHand.ts'
import type { StudyFolders } from '../../src/support/projectRoot.ts'
import type { BenchTune } from './controls.ts'

/** Melodies that are taken, in the order of their names; bars, and notes in a primer, that each has at least. */
const [MELODIES, BARS, NOTES] = [500, 12, 8]
const METRES: Readonly<Record<number, BenchTune['metre']>> = {
  8: { numerator: 2, denominator: 4 },
  12: { numerator: 3, denominator: 4 },
  16: { numerator: 4, denominator: 4 },
  18: { numerator: 9, denominator: 8 },
  24: { numerator: 12, denominator: 8 },
}

/**
 * Validation melodies of the published split, one per family; null where the data set is not built here. A bar of 12 steps is taken for
 * 3/4, because melodies know their bars alone. The key is the one found in the whole melody.
 */
export async function validationTunes(folders: StudyFolders): Promise<readonly BenchTune[] | null> {
  const part = await partAtHand('3.1', folders)
  if (part === null) return null
  const families = new Set<string>()
  const tunes = part.validation
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, family, events, stepsPerBar }): BenchTune[] => {
      const [metre, key] = [METRES[stepsPerBar], findTonality(events)]
      const primer = events.slice(0, PRIMER_BARS * stepsPerBar)
      const isFit = events.length >= BARS * stepsPerBar && primer.filter(isPitch).length >= NOTES
      if (metre === undefined || key === null || !isFit || families.has(family)) return []
      families.add(family)
      return [{ name: id, events: primer, tune: events, metre, stepsPerBar, qpm: 120, tonic: key.root, mode: key.mode }]
    })
  return tunes.slice(0, MELODIES)
}

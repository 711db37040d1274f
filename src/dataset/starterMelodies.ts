import starter from '../../data/starter/melodies.json' with { type: 'json' }
import { melodyFromEvents } from '../melody/melody.ts'
import type { MelodyRow } from './dataset.ts'
import { eventsOfRuns } from './noteRuns.ts'
import { sketchMelody } from './sketch.ts'

/** The first eight bars of a training melody of the starter set. */
export interface StarterMelody extends MelodyRow {
  readonly title: string
  /** Null where nobody is known. */
  readonly composer: string | null
  readonly qpm: number
  /** Pitch class of the tonic, 0 = C. */
  readonly tonic: number
  readonly mode: string
}

/**
 * The 200 melodies of the starter set, eight bars each, which come with this package: enough to train a small network in seconds.
 * No two are of one family.
 * @example starterMelodies()[0].events
 */
export function starterMelodies(): StarterMelody[] {
  return starter.pieces.map(({ id, title, composer, stepsPerBar, qpm, tonic, mode, notes }) => {
    const events = eventsOfRuns(notes)
    const { canonicalHash } = sketchMelody(events)
    const file = { path: id.replace(/\/\d+$/, ''), family: id, split: 'train' } as const
    return {
      ...melodyFromEvents(events, { stepsPerBar }),
      ...file,
      id,
      canonicalHash,
      title,
      composer,
      qpm,
      tonic,
      mode,
    }
  })
}

import starter from '../../data/starter/passages.json' with { type: 'json' }
import { eventsOfRuns } from './noteRuns.ts'

/** A held-out passage of two voices of the starter set, eight bars. */
export interface StarterPassage {
  readonly id: string
  readonly title: string
  /** Null where nobody is known. */
  readonly composer: string | null
  /** Sixteenths per bar. */
  readonly stepsPerBar: number
  readonly qpm: number
  /** Both voices, an event per step. */
  readonly upper: readonly number[]
  readonly lower: readonly number[]
}

/**
 * The forty passages of two voices that come with this package. No published iteration from 1 to 3.2 was trained on them or
 * their relatives. Runs in a browser.
 * @example starterPassages()[0].upper
 */
export const starterPassages = (): StarterPassage[] =>
  starter.pieces.map(({ id, title, composer, stepsPerBar, qpm, upper, lower }) => {
    return { id, title, composer, stepsPerBar, qpm, upper: eventsOfRuns(upper), lower: eventsOfRuns(lower) }
  })

/** What stands for a hash of these passages. */
export const STARTER_PASSAGES_FORMAT: string = starter.format

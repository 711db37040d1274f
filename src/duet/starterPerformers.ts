import passages from '../../data/starter/passages.json' with { type: 'json' }
import tunes from '../../data/starter/tunes.json' with { type: 'json' }
import { eventsOfRuns } from '../dataset/noteRuns.ts'

/** Music of the starter set that can perform: a held-out tune, or the upper voice of a passage of two voices. */
export interface StarterPerformer {
  /** `tune:1` to `tune:12`, `passage:1` to `passage:40`. */
  readonly name: string
  readonly title: string
  readonly metre: string
  readonly stepsPerBar: number
  readonly qpm: number
  /** One event per step: a pitch that begins, -1: the note ends, -2: no change. */
  readonly events: readonly number[]
  /** What people played below it; null for a tune. */
  readonly people: readonly number[] | null
}

/** The performers that come with the package: twelve tunes and forty passages, which no model was trained on. Runs in a browser. */
export const starterPerformers: readonly StarterPerformer[] = [
  ...tunes.pieces.map(({ title, metre, stepsPerBar, qpm, notes }, n) => {
    const events = wholeBars(eventsOfRuns(notes), stepsPerBar)
    return { ...{ name: `tune:${n + 1}`, title, metre, stepsPerBar, qpm, events }, people: null }
  }),
  ...passages.pieces.map(({ title, composer, metre, stepsPerBar, qpm, upper, lower }, n) => ({
    ...{
      name: `passage:${n + 1}`,
      title: composer === null ? title : `${title} (${composer})`,
      metre,
      stepsPerBar,
      qpm,
    },
    ...{ events: eventsOfRuns(upper), people: eventsOfRuns(lower) },
  })),
]

function wholeBars(events: readonly number[], stepsPerBar: number): number[] {
  const missing = Math.ceil(events.length / stepsPerBar) * stepsPerBar - events.length
  return [...events, ...new Array<number>(missing).fill(-2)]
}

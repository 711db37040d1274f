import { intervalTo, lastPitch } from '../../src/tuner/jaques.ts'
import { recordOf } from '../../src/support/records.ts'

/** Intervals by the names of Magenta's statistics; in-key fifths and thirds count as preferred. */
const INTERVAL_NAMES = [
  'octave jumps',
  'fifths',
  'thirds',
  'sixths',
  'seconds',
  'fourths',
  'sevenths',
  'rests',
  'rests on a stable note',
  'fifths in key',
  'thirds in key',
] as const
type IntervalName = (typeof INTERVAL_NAMES)[number]

const NAME_OF: Readonly<Record<string, IntervalName>> = {
  rest: 'rests',
  'rest on a stable note': 'rests on a stable note',
  'fifth in key': 'fifths in key',
  'third in key': 'thirds in key',
  2: 'seconds',
  4: 'thirds',
  5: 'fourths',
  7: 'fifths',
  9: 'sixths',
  11: 'sevenths',
}

/** How often each interval occurs in a composition. The original never counts a third in key. */
export function countIntervalKinds(events: readonly number[]): Record<IntervalName, number> {
  const counts = recordOf(INTERVAL_NAMES, () => 0)
  events.forEach((event, step) => {
    const history = events.slice(0, step)
    if (lastPitch(history) === null) return
    const interval = intervalTo(history, event)
    const name = typeof interval === 'number' && interval > 12 ? 'octave jumps' : NAME_OF[interval]
    if (name !== undefined) counts[name]++
  })
  return counts
}

import passagesFile from '../../data/starter/passages.json' with { type: 'json' }
import { eventsOfRuns } from '../../src/dataset/noteRuns.ts'

/** The two-voice passages of the starter set as events. */
export const starterPassages = passagesFile.pieces.map(({ upper, lower, stepsPerBar }) => ({
  stepsPerBar,
  upper: eventsOfRuns(upper),
  lower: eventsOfRuns(lower),
}))

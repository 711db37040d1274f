import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOfRuns, REST, runsOfEvents, stepsOfRuns } from '../../src/dataset/noteRuns.ts'

const length = fc.integer({ min: 1, max: 40 })
const note = fc.tuple(fc.integer({ min: 0, max: 127 }), length).map((pair) => [...pair])
const rest = length.map((steps) => [REST, steps])
/** Notes with rests between, before and after them: never two rests in a row. */
const runs = fc
  .tuple(
    fc.option(rest, { nil: [] }),
    fc.array(fc.tuple(note, fc.option(rest, { nil: [] })), { minLength: 1, maxLength: 30 }),
  )
  .map(([first, others]) => [...first, ...others.flat(2)])

describe('noteRuns', () => {
  it('writes pitch and steps in turn', () => {
    expect(runsOfEvents([-2, -2, 60, -2, -1, -2, 62])).toEqual([-1, 2, 60, 2, -1, 2, 62, 1])
    expect(eventsOfRuns([-1, 2, 60, 2, -1, 2, 62, 1])).toEqual([-2, -2, 60, -2, -1, -2, 62])
    expect(eventsOfRuns([])).toEqual([])
  })

  it('is its own inverse, and as long as the melody', () => {
    fc.assert(
      fc.property(runs, (values) => {
        const events = eventsOfRuns(values)
        expect(events).toHaveLength(stepsOfRuns(values))
        expect(runsOfEvents(events)).toEqual(values)
        expect(eventsOfRuns(runsOfEvents(events))).toEqual(events)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { type ChargedMelody, insideRepeat, lossPartsOf, lossPlaces } from '../../src/evaluation/lossParts.ts'

const HOLD = -2
const inside = (events: readonly number[], stepsPerBar = 1): string =>
  insideRepeat({ events, stepsPerBar })
    .map((isInside) => (isInside ? 'r' : '.'))
    .join('')

describe('insideRepeat', () => {
  it('says for each step after the first whether the two bars before it are copied', () => {
    expect(inside([60, 62, 60, 62, 60, 62, 60])).toBe('...rrr')
    expect(inside([60, 62, 64, 60, 62, 64, 65, 67])).toBe('....rr.')
    expect(inside([60, 62, 64, 65, 67])).toBe('....')
  })

  it('counts in bars of the melody, 16 steps where none is named', () => {
    expect(inside([60, 62, 60, 62, 60, 62, 60], 2)).toBe('.....r')
    const bars = Array.from({ length: 4 }, () => [60, ...new Array<number>(15).fill(HOLD)]).flat()
    const found = insideRepeat({ events: [...bars, 60] })
    expect(found.indexOf(true)).toBe(47) // two bars, and two that copy them from one bar before
  })

  it('is not taken in by a long note or silence', () => {
    expect(inside([60, HOLD, HOLD, HOLD, HOLD, HOLD, HOLD])).toBe('......')
    expect(inside([60])).toBe('')
  })
})

describe('lossPartsOf', () => {
  const melody = (events: readonly number[], family = 'a'): ChargedMelody => {
    const steps = events.length - 1
    const rhythm = Float64Array.from({ length: steps }, (_, n) => n + 1)
    return {
      places: lossPlaces({ events, stepsPerBar: 1 }),
      costs: { rhythm, pitch: new Float64Array(steps).fill(0.5) },
      family,
    }
  }

  it('splits steps and loss by place, worked out by hand', () => {
    // Steps 1 to 19 cost n + .5. The first eight bars hold 7 of them, the second 8, the later ones 4.
    const events = [60, 62, 60, 62, 60, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78]
    const parts = lossPartsOf([melody(events)], { draws: 10 })
    expect(parts.all).toMatchObject({ steps: 19, rhythm: 10, pitch: 0.5, loss: { value: 10.5 } })
    expect(parts.repeat).toMatchObject({ steps: 2, rhythm: 4.5, loss: { value: 5 } }) // steps 4 and 5
    expect(parts.fresh.steps).toBe(17)
    expect(parts.fresh.rhythm).toBeCloseTo((190 - 9) / 17, 12)
    expect(parts.firstEightBars).toMatchObject({ steps: 7, rhythm: 4 })
    expect(parts.secondEightBars).toMatchObject({ steps: 8, rhythm: 11.5 })
    expect(parts.laterBars).toMatchObject({ steps: 4, rhythm: 17.5, loss: { value: 18 } })
  })

  it('adds up over melodies, and has no number for a place without steps', () => {
    const parts = lossPartsOf([melody([60, 62, 64]), melody([60, 65], 'b')], { draws: 10 })
    expect(parts.all).toMatchObject({ steps: 3, rhythm: 4 / 3, pitch: 0.5 })
    expect(parts.laterBars).toEqual({ steps: 0, loss: { value: NaN, low: NaN, high: NaN }, rhythm: NaN, pitch: NaN })
  })
})

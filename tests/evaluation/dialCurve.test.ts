import { describe, expect, it } from 'vitest'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import { chooseDial, DIAL_PLACES, dialCurve } from '../../src/evaluation/dialCurve.ts'
import { evaluate } from '../../src/evaluation/numerical.ts'
import { initialWeights } from '../../src/model/weights.ts'
import type { DialPoint } from '../../src/results/transferReport.ts'
import { quietEffects } from '../../src/support/quietEffects.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [5], attentionSize: 3 }
const general = { spec, weights: initialWeights(spec, 1) }
const style = { spec, weights: initialWeights(spec, 2) }
const melodies = {
  general: [{ events: [60, -2, 62, -2, 64, -1, -2, 67] }],
  style: [{ events: [67, 65, -2, 64, -2, -2], stepsPerBar: 12 }, { events: [60, 72, -1] }],
}

describe('dialCurve', () => {
  it('has the losses of the two models at its ends, by weights and by outputs', async () => {
    const effects = quietEffects()
    const points = await dialCurve({ general, style }, { validation: melodies, test: melodies }, effects)
    expect(points).toHaveLength(2 * DIAL_PLACES.length)
    for (const [place, network] of [
      [0, general],
      [1, style],
    ] as const)
      for (const by of ['weights', 'outputs'] as const) {
        const point = points.find((each) => each.style === place && each.by === by)!
        expect(point.validation).toEqual(point.test)
        for (const kind of ['general', 'style'] as const) {
          const { loss } = await evaluate(network.spec, network.weights, melodies[kind], effects)
          expect(point.test[kind]).toBeCloseTo(loss, 4)
        }
      }
  })
})

describe('chooseDial', () => {
  const at = (share: number, ofGeneral: number, ofStyle: number): DialPoint => {
    const losses = { general: ofGeneral, style: ofStyle }
    return { style: share, by: 'weights', validation: losses, test: { general: NaN, style: NaN } }
  }
  const points = [at(0, 1, 1.5), at(0.3, 0.99, 1.2), at(0.6, 1.02, 1.1), at(1, 1.2, 0.9)]

  it('takes the lowest style loss whose general loss stays below the limit, on validation melodies', () => {
    expect(chooseDial(points, 0.03).style).toBe(0.6)
    expect(chooseDial(points, 0).style).toBe(0.3)
    expect(chooseDial(points, 1).style).toBe(1)
  })
})

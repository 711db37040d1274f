import { describe, expect, it } from 'vitest'
import { compareRanks } from '../../src/evaluation/besideHuman.ts'
import { cliffsDelta } from '../../src/evaluation/statistics.ts'

const alone = (values: readonly number[]) => values.map((value, n) => ({ value, unit: `${n}` }))

describe('compareRanks', () => {
  it("is Cliff's delta with an interval around it", () => {
    const [human, model] = [
      Array.from({ length: 40 }, (_, n) => n % 10),
      Array.from({ length: 30 }, (_, n) => (n % 10) - 3),
    ]
    const { effect, n } = compareRanks(alone(human), alone(model), { draws: 500 })
    expect(effect.value).toBeCloseTo(cliffsDelta(human, model), 12)
    expect(effect.low).toBeLessThan(effect.value)
    expect(effect.high).toBeGreaterThan(effect.value)
    expect(effect.high).toBeLessThan(0)
    expect(n).toEqual([40, 30])
    expect(compareRanks(alone(human), alone(model), { draws: 500 })).toEqual({ effect, n })
  })

  it('calls no set higher whose mean lies above a range of zeros that people have too', () => {
    const human = [...new Array<number>(80).fill(0), ...new Array<number>(20).fill(0.2)]
    const model = [...new Array<number>(82).fill(0), ...new Array<number>(18).fill(0.2)]
    const { effect } = compareRanks(alone(human), alone(model), { draws: 500 })
    expect(effect.value).toBeCloseTo(-0.02, 12)
    expect(effect.low).toBeLessThan(0)
    expect(effect.high).toBeGreaterThan(0)
  })

  it('draws families whole, leaves NaN out, and has nothing to say of nothing', () => {
    const values = Array.from({ length: 60 }, (_, n) => ({ value: Math.floor(n / 20), unit: `${Math.floor(n / 20)}` }))
    const model = alone([0, 1, 1, 2, NaN])
    const [families, pieces] = [values, values.map((each, n) => ({ ...each, unit: `${n}` }))].map(
      (human) => compareRanks(human, model, { draws: 500 }).effect,
    )
    expect(families!.high - families!.low).toBeGreaterThan(pieces!.high - pieces!.low)
    expect(compareRanks(values, model).n).toEqual([60, 4])
    expect(compareRanks([], model).effect.value).toBeNaN()
  })
})

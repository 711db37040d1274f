import { describe, expect, it } from 'vitest'
import { type UnrolledMelody, unrolledSvg, unrolledWords } from '../../src/charts/unrolled.ts'

const unit = { input: 0.5, forget: 0.25, candidate: -1, output: 1, cell: -0.5, hidden: Math.tanh(-0.5) }
const unrolled: UnrolledMelody = {
  melody: 'two notes',
  layer: 1,
  chosen: [6],
  steps: [
    { event: 60, units: [unit], next: [{ event: -2, probability: 0.75 }], came: 0.75 },
    { event: -2, units: [{ ...unit, cell: -0.625 }], next: [{ event: 62, probability: 0.5 }], came: null },
  ],
}

describe('the unrolled network', () => {
  it('has a bar for each step in each lane, but none for what has not come', () => {
    const svg = unrolledSvg(unrolled, 0)
    expect(svg.match(/<rect/g)).toHaveLength(7 * 2 - 1)
    expect(svg).toContain('Unit 7 reading two notes')
    expect(svg).not.toContain('NaN')
  })

  it('says a step in numbers that add up', () => {
    const words = Object.fromEntries(unrolledWords(unrolled, 1, 0).map(({ name, text }) => [name, text]))
    expect(words).toEqual({
      Reads: 'step 2 of 2: hold',
      // .25 times the cell of the step before, and half of the candidate
      Remembers: 'c = f · c′ + i · g = 0.25 × −0.50 + 0.50 × −1.00 = −0.63',
      Shows: 'h = o · tanh c = 1.00 × −0.55 = −0.46',
      Expects: 'D4 50%',
    })
    expect(unrolledWords(unrolled, 0, 0).at(-1)).toEqual({ name: 'What came', text: 'hold, given 75%' })
  })
})

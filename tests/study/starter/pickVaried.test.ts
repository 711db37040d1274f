import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, pickVaried } from '../../../src/study/starter/pickVaried.ts'

const candidate = fc.record({
  family: fc.integer({ min: 0, max: 12 }).map(String),
  metre: fc.constantFrom('2/4', '3/4', '4/4'),
  mode: fc.constantFrom('ionian', 'dorian'),
})
const candidates = fc
  .array(candidate, { maxLength: 40 })
  .map((list) => list.map(({ family, ...features }, n): Candidate => ({ id: `piece ${n}`, family, features })))

describe('pickVaried', () => {
  it('picks one per family at most, none of a family taken before, and as many as there are', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 0, max: 15 }), (list, count) => {
        const picked = pickVaried(list, count, ['0'])
        const families = picked.map(({ family }) => family)
        expect(new Set(families).size).toBe(families.length)
        expect(families).not.toContain('0')
        const there = new Set(list.map(({ family }) => family))
        there.delete('0')
        expect(picked).toHaveLength(Math.min(count, there.size))
      }),
    )
  })

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        expect(pickVaried(list.toReversed(), 8)).toEqual(pickVaried(list, 8))
      }),
    )
  })

  it('takes the rarest features next', () => {
    const list = ['4/4', '4/4', '4/4', '4/4', '3/4', '2/4'].map((metre, n): Candidate => {
      return { id: `tune ${n}`, family: `${n}`, features: { metre } }
    })
    expect(new Set(pickVaried(list, 3).map(({ features }) => features['metre']))).toEqual(
      new Set(['2/4', '3/4', '4/4']),
    )
  })
})

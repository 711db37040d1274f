import { describe, expect, it } from 'vitest'
import { inOtherKeys, sourceWeights } from '../../src/dataset/augment.ts'
import type { FileRow, MelodyRow } from '../../src/dataset/dataset.ts'
import { canonicalMelody } from '../../src/dataset/sketch.ts'
import { UserError } from '../../src/support/errors.ts'

const melody = (id: string, events: number[], split: MelodyRow['split'] = 'train'): MelodyRow => ({
  ...{ startStep: 0, endStep: events.length, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 },
  ...{ id, path: id.split('/')[0]!, split, family: id, canonicalHash: id, events },
})
const rows = [melody('a/0', [60, -2, 64, -1, 67]), melody('b/0', [0, 127]), melody('c/0', [3, 125, -2])]

describe('inOtherKeys', () => {
  it('gives the melodies as they are for none', () => {
    expect(inOtherKeys(rows, undefined, 0)).toEqual({ train: rows })
  })

  it('adds copies in different keys that are the same tune', () => {
    const { train } = inOtherKeys(rows.slice(0, 1), undefined, 11)
    expect(train).toHaveLength(12)
    expect(train.map(({ events }) => events[0]).sort((a, b) => a! - b!)).toEqual([
      55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66,
    ])
    expect(new Set(train.map(({ events }) => canonicalMelody(events)))).toEqual(new Set(['4:2 3:2']))
    expect(new Set(train.map(({ id }) => id)).size).toBe(12)
    expect(train.every(({ events }) => events[1] === -2 && events[3] === -1)).toBe(true)
  })

  it('keeps to the pitches there are', () => {
    const shown = (n: number) => inOtherKeys(rows, undefined, 11).train.filter(({ path }) => path === rows[n]!.path)
    expect(shown(1)).toEqual([rows[1]]) // 0-127 has no room
    expect(
      shown(2)
        .map(({ events }) => events[0])
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5]) // 3-125: 3 down, 2 up
  })

  it('draws by the name alone, and carries the weight over', () => {
    const two = inOtherKeys(rows.slice(0, 1), [0.5], 2)
    expect(two.weights).toEqual([0.5, 0.5, 0.5])
    expect(inOtherKeys([rows[2]!, rows[0]!], undefined, 2).train.slice(-3)).toEqual(two.train)
  })

  it('refuses held-out melodies and impossible counts', () => {
    expect(() => inOtherKeys([melody('t/0', [60], 'test')], undefined, 1)).toThrow('t/0 is a test melody')
    expect(() => inOtherKeys(rows, undefined, 12)).toThrow(UserError)
    expect(() => inOtherKeys(rows, undefined, 0.5)).toThrow(UserError)
  })
})

describe('sourceWeights', () => {
  const files = [
    { path: 'a', source: 'airs' },
    { path: 'b', source: 'pop' },
  ] as FileRow[]
  const part = { files, train: rows.slice(0, 2) }

  it("gives each melody its source's weight, else 1", () => {
    expect(sourceWeights(part, { pop: 0.25 })).toEqual([1, 0.25])
    expect(sourceWeights(part, null)).toBeUndefined()
  })

  it('refuses weights that mean nothing', () => {
    expect(() => sourceWeights(part, { pop: 0 })).toThrow(UserError)
    expect(() => sourceWeights(part, { pops: 2 })).toThrow('not a source here: airs, pop')
  })
})

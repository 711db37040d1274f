import { describe, expect, it } from 'vitest'
import {
  batchOrder,
  encodable,
  groupsOfAtMost,
  makeBatch,
  orderFrom,
  paddingShare,
  sequencesOf,
} from '../../src/dataset/batches.ts'
import { melodyEncoding } from '../../src/dataset/encoding.ts'

const basic = melodyEncoding('basic')

describe('sequencesOf', () => {
  it('takes whole melodies, or windows that cover every step once', () => {
    const events = [60, -2, 62, -2, 64, -2]
    expect(sequencesOf([events], 'whole')).toEqual([{ events, start: 0, length: 5 }])
    expect(sequencesOf([events], 2)).toEqual([
      { events, start: 0, length: 2 },
      { events, start: 2, length: 2 },
      { events, start: 4, length: 1 },
    ])
    expect(sequencesOf([events], 5)).toHaveLength(1)
  })
})

describe('encodable', () => {
  it('brings melodies into range and leaves out those without a next event', () => {
    expect(encodable([[60, 96, -2], [60], []], { minNote: 48, maxNote: 84, transposeToKey: null })).toEqual([
      [60, 72, -2],
    ])
  })
})

describe('makeBatch', () => {
  it('lays sequences side by side, time-major, and masks padding', () => {
    const batch = makeBatch(
      basic,
      sequencesOf(
        [
          [48, -2, 50],
          [49, -1],
        ],
        'whole',
      ),
      true,
    )
    expect(batch).toMatchObject({ steps: 2, size: 2, valid: 3 })
    const rows = Array.from({ length: 4 }, (_, row) => [...batch.inputs.subarray(38 * row, 38 * row + 38)])
    expect(rows.map((row) => row.indexOf(1))).toEqual([2, 3, 0, -1]) // 48 and 49; no event and nothing
    expect([...batch.labels]).toEqual([0, 1, 4, 0])
    expect([...batch.mask]).toEqual([1, 1, 1, 0])
  })

  it('reads a window from inside the melody', () => {
    const batch = makeBatch(basic, [{ events: [48, 49, 50, 51], start: 1, length: 2 }], true)
    expect([batch.inputs.indexOf(1), batch.inputs.lastIndexOf(1) - 38]).toEqual([3, 4])
    expect([...batch.labels]).toEqual([4, 5])
  })

  it.each(['mono', 'basic', 'lookback', 'attention'] as const)(
    'leaves out inputs that are 0 on all steps: %s',
    (name) => {
      const encoding = melodyEncoding(name)
      const sequences = sequencesOf(
        [
          [60, -2, 62, 60, -1, 64],
          [72, 71, -2],
        ],
        'whole',
      )
      const [narrow, all] = [makeBatch(encoding, sequences), makeBatch(encoding, sequences, true)]
      expect(narrow.columns.length).toBeLessThan(encoding.inputSize)
      const spread = new Float32Array(all.inputs.length)
      narrow.inputs.forEach((value, n) => {
        const row = Math.floor(n / narrow.columns.length)
        spread[row * encoding.inputSize + narrow.columns[n % narrow.columns.length]!] = value
      })
      expect(spread).toEqual(all.inputs)
      expect({ ...narrow, inputs: 0, columns: 0 }).toEqual({ ...all, inputs: 0, columns: 0 })
    },
  )
})

describe('groupsOfAtMost', () => {
  it('sorts by length and keeps each group within the limit', () => {
    const sequences = [3, 10, 4, 2, 50].map((length) => ({ events: [], start: 0, length }))
    const lengths = groupsOfAtMost(sequences, 20).map((group) => group.map(({ length }) => length))
    expect(lengths).toEqual([[50], [10, 4], [3, 2]])
  })
})

describe('paddingShare', () => {
  it('is the padded part of all steps', () => {
    expect(paddingShare([[4, 2], [3]])).toBeCloseTo(2 / 11, 12)
    expect(paddingShare([])).toBe(0)
  })
})

describe('batchOrder', () => {
  const lengths = Array.from({ length: 1000 }, (_, i) => 1 + ((i * 37) % 500))

  it('gives every sequence once an epoch, but for what does not fill a batch', () => {
    const order = batchOrder(lengths, { sequences: 32, rows: Infinity }, orderFrom(1))
    const seen = Array.from({ length: 31 }, () => order.next()).flat()
    expect(new Set(seen).size).toBe(31 * 32)
    expect(order.state()).toMatchObject({ epoch: 0, position: 31 })
    order.next()
    expect(order.state()).toMatchObject({ epoch: 1, position: 1 })
  })

  it('is the same for the same seed, another for another and in every epoch', () => {
    const epoch = (seed: number, skip = 0) => {
      const order = batchOrder(lengths, { sequences: 32, rows: Infinity }, orderFrom(seed))
      for (let i = 0; i < skip; i++) order.next()
      return Array.from({ length: 31 }, () => order.next())
    }
    expect(epoch(5)).toEqual(epoch(5))
    expect(epoch(6)).not.toEqual(epoch(5))
    expect(epoch(5, 31)).not.toEqual(epoch(5))
  })

  it('resumes from a stored state with the very next batch, across epochs', () => {
    const order = batchOrder(lengths, { sequences: 32, rows: Infinity }, orderFrom(9))
    for (let i = 0; i < 40; i++) order.next()
    const state = JSON.parse(JSON.stringify(order.state())) as ReturnType<typeof order.state>
    const later = batchOrder(lengths, { sequences: 32, rows: Infinity }, state)
    for (let i = 0; i < 60; i++) expect(later.next()).toEqual(order.next())
  })

  it('pads little: neighbours in length share a batch', () => {
    expect(batchOrder(lengths, { sequences: 32, rows: Infinity }, orderFrom(2)).paddingShare()).toBeLessThan(0.08)
  })

  it('makes one batch of a set smaller than a batch', () => {
    const order = batchOrder([5, 6, 7], { sequences: 32, rows: Infinity }, orderFrom(1))
    expect([...order.next()].sort()).toEqual([0, 1, 2])
    expect([...order.next()].sort()).toEqual([0, 1, 2])
  })

  it('gives a sequence as often as its weight says, and resumes exactly', () => {
    const weights = [...Array<number>(100).fill(0.25), ...Array<number>(100).fill(2), ...Array<number>(100).fill(1)]
    const order = batchOrder(lengths.slice(0, 300), { sequences: 1, rows: Infinity }, orderFrom(3), weights)
    const times = Array<number>(300).fill(0)
    while (order.state().epoch < 40) for (const index of order.next()) times[index] = times[index]! + 1
    const mean = (from: number) => times.slice(from, from + 100).reduce((sum, n) => sum + n, 0) / 100 / 40
    expect(mean(0)).toBeGreaterThan(0.22) // 4000 draws: 3 standard errors are .02; and one batch of the 41st epoch
    expect(mean(0)).toBeLessThan(0.28)
    expect(mean(100)).toBeCloseTo(2, 2)
    expect(mean(200)).toBeCloseTo(1, 2)
    const later = batchOrder(lengths.slice(0, 300), { sequences: 1, rows: Infinity }, order.state(), weights)
    for (let i = 0; i < 600; i++) expect(later.next()).toEqual(order.next())
  })

  it('gives every sequence once where all weights are 1', () => {
    const ones = lengths.map(() => 1)
    const order = batchOrder(lengths, { sequences: 32, rows: Infinity }, orderFrom(4), ones)
    expect(new Set(Array.from({ length: 31 }, () => order.next()).flat()).size).toBe(31 * 32)
  })

  it('shows everything in an epoch where chance draws nothing', () => {
    expect(batchOrder([5, 6], { sequences: 2, rows: Infinity }, orderFrom(1), [1e-9, 1e-9]).next().toSorted()).toEqual([
      0, 1,
    ])
  })
})

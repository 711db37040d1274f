import { describe, expect, it } from 'vitest'
import { batchOrder, orderFrom } from '../../src/dataset/batches.ts'
import type { MelodyRow } from '../../src/dataset/dataset.ts'
import { withReplay } from '../../src/dataset/replay.ts'

const melody = (id: string): MelodyRow => ({
  ...{ startStep: 0, endStep: 2, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 },
  ...{ id, path: id, split: 'train', family: id, canonicalHash: id, events: [60, 62] },
})
const rows = (name: string, count: number): MelodyRow[] =>
  Array.from({ length: count }, (_, n) => melody(`${name}${n}`))

describe('withReplay', () => {
  it('adds the others with weights that make up their share', () => {
    const { train, weights } = withReplay({ train: rows('style', 3) }, rows('general', 12), 0.5)
    expect(train).toHaveLength(15)
    expect(weights).toEqual([1, 1, 1, ...new Array<number>(12).fill(0.25)])
    const weighted = withReplay({ train: rows('style', 2), weights: [1, 3] }, rows('general', 2), 0.2)
    expect(weighted.weights).toEqual([1, 3, 0.5, 0.5])
  })

  it('leaves the melodies alone without others, and for a share of 0', () => {
    expect(withReplay({ train: rows('style', 2) }, [], 0.5)).toEqual({ train: rows('style', 2), weights: [1, 1] })
    expect(withReplay({ train: rows('style', 2) }, rows('general', 2), 0).train).toEqual(rows('style', 2))
  })

  it('shows all of the style in each epoch and other melodies each time, in an order that resumes', () => {
    const { train, weights } = withReplay({ train: rows('style', 40) }, rows('general', 400), 0.25)
    const lengths = train.map(() => 1)
    const limit = { sequences: 8, rows: Infinity }
    const order = batchOrder(lengths, limit, orderFrom(7), weights)
    const epochs: number[][] = [[], []]
    while (order.state().epoch < 2) {
      const batch = order.next()
      epochs[order.state().epoch]?.push(...batch)
    }
    for (const seen of epochs) {
      const general = seen.filter((index) => index >= 40)
      expect(seen.length - general.length).toBeGreaterThan(32) // what does not fill the last batch sits out
      expect(general.length / seen.length).toBeGreaterThan(0.1)
      expect(general.length / seen.length).toBeLessThan(0.4)
    }
    const drawn = epochs.map((seen) => seen.filter((index) => index >= 40).sort((a, b) => a - b))
    expect(drawn[0]).not.toEqual(drawn[1])
    const resumed = batchOrder(lengths, limit, order.state(), weights)
    const follow = (each: typeof order): (readonly number[])[] => Array.from({ length: 20 }, () => each.next())
    expect(follow(resumed)).toEqual(follow(order))
  })
})

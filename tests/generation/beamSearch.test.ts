import { describe, expect, it } from 'vitest'
import { type BeamEntry, beamSearch, beamSearchToEnd } from '../../src/generation/beamSearch.ts'

/** Each call adds 0, 1, 2, … to the entries in order; the score is minus the sum of the sequence. */
function counting(calls: number[][]): (entries: readonly BeamEntry<null>[]) => BeamEntry<null>[] {
  return (entries) => {
    calls.push(entries.map((entry) => entry.sequence.at(-1) ?? -1))
    return entries.map(({ sequence, score }, n) => ({ sequence: [...sequence, n], state: null, score: score - n }))
  }
}

const initial: BeamEntry<null> = { sequence: [9], state: null, score: 0 }

describe('beamSearch', () => {
  it('takes the odd steps first, so that later iterations are whole', async () => {
    const calls: number[][] = []
    const search = { initial, step: counting(calls), steps: 5, beamSize: 1, branchFactor: 2, stepsPerIteration: 3 }
    const best = await beamSearch(search)
    // Two steps, pruning to the better of two, three steps: branches are copies of what was kept.
    expect(calls).toEqual([
      [9, 9],
      [0, 1],
      [0, 0],
      [0, 1],
      [0, 1],
    ])
    expect(best).toEqual({ sequence: [9, 0, 0, 0, 0, 0], state: null, score: 0 })
  })

  it('tiles branches b0, b1, b0, b1 and keeps the earlier of equal scores', async () => {
    const calls: number[][] = []
    const step = (entries: readonly BeamEntry<null>[]): BeamEntry<null>[] => {
      calls.push(entries.map((entry) => entry.sequence.at(-1) ?? -1))
      return entries.map(({ sequence }, n) => ({ sequence: [...sequence, n], state: null, score: 0 }))
    }
    const best = await beamSearch({ initial, step, steps: 2, beamSize: 2, branchFactor: 2, stepsPerIteration: 1 })
    expect(calls).toEqual([
      [9, 9, 9, 9],
      [0, 1, 0, 1],
    ])
    expect(best.sequence).toEqual([9, 0, 0])
  })

  it('puts the best first', async () => {
    const step = (entries: readonly BeamEntry<null>[]): BeamEntry<null>[] =>
      entries.map(({ sequence, score }, n) => ({ sequence: [...sequence, n], state: null, score: score + n }))
    const best = await beamSearch({ initial, step, steps: 2, beamSize: 2, branchFactor: 2, stepsPerIteration: 1 })
    // After one step 3 and 2 are kept, in this order; then 3 + 2 (third) ties 2 + 3 (fourth): the third is kept.
    expect(best).toEqual({ sequence: [9, 3, 2], state: null, score: 5 })
  })
})

describe('beamSearchToEnd', () => {
  /** Entries grow by 1, 2, 3, … events, by their place; each event costs what its entry's place is. */
  const step = (entries: readonly BeamEntry<null>[]): BeamEntry<null>[] =>
    entries.map(({ sequence, score }, n) => {
      const added = new Array<number>(n + 1).fill(n)
      return { sequence: [...sequence, ...added], state: null, score: score - n }
    })
  const isComplete = ({ sequence }: BeamEntry<null>): boolean => sequence.length >= 4

  it('goes on until every entry is complete, and does not extend those that are', async () => {
    const lengths: number[][] = []
    const watched = (entries: readonly BeamEntry<null>[]): BeamEntry<null>[] => {
      lengths.push(entries.map(({ sequence }) => sequence.length))
      return step(entries)
    }
    const search = { initial, step: watched, isComplete, beamSize: 2, branchFactor: 2, stepsPerIteration: 1 }
    expect(await beamSearchToEnd(search)).toEqual({ sequence: [9, 0, 0, 0], state: null, score: 0 })
    expect(lengths).toEqual([
      [1, 1, 1, 1], // of 2, 3, 4 and 5 events the two with fewest cost least
      [2, 3, 2, 3],
      [3, 3],
    ])
  })

  it('keeps a complete entry whose score stays the best', async () => {
    const start = { ...initial, sequence: [9, 9, 9, 9], score: 5 }
    const search = { initial: start, step, isComplete, beamSize: 3, branchFactor: 2, stepsPerIteration: 1 }
    expect(await beamSearchToEnd(search)).toEqual(start)
  })
})

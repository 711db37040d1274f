import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalTokens } from '../../src/dataset/sketch.ts'
import { leakAudit, leakReport, summarizeLeaks, type Leak } from '../../src/dataset/leakAudit.ts'

const melody = (id: string, ...events: number[]) => ({ id, events })

describe('leakAudit', () => {
  it('finds the longest stretch shared in any key, and the melody that holds it', () => {
    const train = [melody('a', 60, 62, 64, 65), melody('b', 70, 69, 67, 69, 71)]
    // in b's intervals -1 -2 2 and then 5: three tokens; with a it shares 2 alone
    expect(leakAudit(train, [melody('t', 50, 49, 47, 49, 54)])).toEqual([
      { id: 't', longest: 3, tokens: 4, nearest: 'b' },
    ])
  })

  it('distinguishes a whole copy, a stretch with other rhythm, and nothing in common', () => {
    const train = [melody('a', 60, 62, 64, 65)]
    const [copy, slower, unlike, empty] = leakAudit(train, [
      melody('copy', 72, 74, 76, 77),
      melody('slower', 60, -2, 62, -2, 64, -2, 65),
      melody('unlike', 60, 50),
      melody('empty', -2),
    ])
    expect(copy).toEqual({ id: 'copy', longest: 3, tokens: 3, nearest: 'a' })
    expect(slower).toMatchObject({ longest: 0, nearest: null })
    expect(unlike).toMatchObject({ longest: 0, tokens: 1 })
    expect(empty).toEqual({ id: 'empty', longest: 0, tokens: 0, nearest: null })
  })

  it('lets no stretch run from one training melody into the next', () => {
    const train = [melody('a', 60, 62, 64), melody('b', 60, 59, 58)]
    expect(leakAudit(train, [melody('t', 60, 62, 64, 63, 62)])[0]?.longest).toBe(2)
  })

  it('agrees with a search through every stretch', () => {
    const events = fc.array(fc.constantFrom(60, 61, -2), { maxLength: 14 })
    fc.assert(
      fc.property(fc.array(events, { maxLength: 5 }), events, (train, test) => {
        const text = (tokens: readonly string[]) => ` ${tokens.join(' ')} `
        const training = train.map((each) => text(canonicalTokens(each)))
        const tokens = canonicalTokens(test)
        let longest = 0
        for (let from = 0; from < tokens.length; from++)
          for (let to = from + 1; to <= tokens.length; to++)
            if (training.some((each) => each.includes(text(tokens.slice(from, to)))))
              longest = Math.max(longest, to - from)
        const [leak] = leakAudit(
          train.map((each, n) => ({ id: `${n}`, events: each })),
          [{ id: 't', events: test }],
        )
        expect(leak?.longest).toBe(longest)
        const nearest = training[Number(leak?.nearest ?? -1)] ?? ''
        const held = tokens.some((_, from) => nearest.includes(text(tokens.slice(from, from + longest))))
        expect(held || longest === 0).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('summarizeLeaks', () => {
  const leak = (longest: number, tokens = 100): Leak => ({ id: '', longest, tokens, nearest: null })

  it('gives median, 95th percentile, longest, share copied whole and a histogram', () => {
    const leaks = [leak(3), leak(7), leak(8), leak(20, 20)]
    expect(summarizeLeaks(leaks)).toEqual({
      melodies: 4,
      median: 7, // the 2nd of 4
      percentile95: 20, // the 4th
      longest: 20,
      copied: 0.25,
      histogram: [
        { from: 0, to: 8, melodies: 2 },
        { from: 8, to: 16, melodies: 1 },
        { from: 16, to: 24, melodies: 1 },
      ],
    })
  })

  it('is NaN without melodies', () => {
    expect(summarizeLeaks([])).toEqual({
      ...{ melodies: 0, median: NaN, percentile95: NaN, longest: NaN, copied: NaN, histogram: [] },
    })
  })
})

describe('leakReport', () => {
  const row = (id: string, path: string, ...events: number[]) => ({
    ...{ id, path, events, startStep: 0, endStep: events.length, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 },
    ...{ canonicalHash: id, family: path, split: 'train' as const },
  })

  it('tells sources apart and shows the longest first', () => {
    const train = [row('t', 't', 60, 62, 64, 65, 67)]
    const test = [row('x', 'p/x', 60, 50), row('y', 'q/y', 62, 64, 66, 67, 70), row('z', 'q/z', 60, 62, 64, 65, 67)]
    const report = leakReport(train, test, (path) => path.split('/')[0]!)
    expect(report.training).toBe(1)
    expect(report.all).toMatchObject({ melodies: 3, longest: 4, copied: 1 / 3 })
    expect(report.sources.map(({ source, melodies, longest }) => [source, melodies, longest])).toEqual([
      ['p', 1, 0],
      ['q', 2, 4],
    ])
    expect(report.worst.map(({ id }) => id)).toEqual(['z', 'y', 'x'])
    expect(report.worst[0]?.nearest).toBe('t')
  })
})

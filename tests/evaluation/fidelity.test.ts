import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../src/evaluation/claims.ts'
import { likeness, primerFidelity } from '../../src/evaluation/fidelity.ts'
import { pieceOf } from '../../src/evaluation/musical/piece.ts'
import { placeOf, spreadOfValues } from '../../src/evaluation/musical/reference.ts'
import { primers } from '../../src/generation/primers.ts'
import type { Contrast } from '../../src/results/musicalReport.ts'

const piece = (name: keyof typeof primers) => pieceOf(primers[name])

describe('primerFidelity', () => {
  it('finds each primer in itself', () => {
    const given = { major: piece('major'), arp: piece('arp'), bach: piece('bach'), modal: piece('modal') }
    const same = Object.fromEntries(Object.entries(given).map(([name, own]) => [name, [own, own]]))
    const found = primerFidelity(given, same)
    expect(found).toMatchObject({ share: 1, chance: 0.25, n: 8, undecided: 0 })
    expect(found.confusion[2]).toEqual([0, 0, 2, 0])
    expect(found.probability).toBeLessThan(1e-4)
    expect(likeness(given.bach, given.bach)).toBeCloseTo(1, 12)
  })

  it('asks nothing of a continuation of one note', () => {
    const found = primerFidelity({ major: piece('major'), arp: piece('arp') }, { major: [pieceOf([60])] })
    expect(found).toMatchObject({ n: 0, undecided: 1, share: NaN })
  })
})

describe('verdictOf', () => {
  const contrast = (value: number, low: number, high: number, adjusted: number): Contrast => ({
    ...{ metric: 'm', from: 'ours 1', to: 'ours 2.1', primer: 'all', effect: 0, probability: adjusted, adjusted },
    difference: { value, low, high, n: 100 },
  })

  it('wants both the interval and the test', () => {
    expect(verdictOf(contrast(0.2, 0.1, 0.3, 0.01), 'higher')).toBe('borne out')
    expect(verdictOf(contrast(0.2, 0.1, 0.3, 0.01), 'lower')).toBe('contradicted')
    expect(verdictOf(contrast(0.2, 0.1, 0.3, 0.2), 'higher')).toBe('the data do not decide')
    expect(verdictOf(contrast(0.2, -0.1, 0.3, 0.01), 'higher')).toBe('the data do not decide')
    expect(verdictOf(contrast(NaN, NaN, NaN, NaN), 'higher')).toBe('the data do not decide')
  })
})

describe('a reference', () => {
  it('says where a value stands', () => {
    const spread = spreadOfValues([NaN, ...Array.from({ length: 101 }, (_, n) => n)])
    expect(spread).toEqual({ n: 101, undefined: 1, mean: 50, percentiles: [5, 25, 50, 75, 95], p99: 99 })
    expect([3, 50, 99, NaN].map((value) => placeOf(value, spread))).toEqual(['low', 'usual', 'high', 'undefined'])
    expect(placeOf(1, spreadOfValues([]))).toBe('undefined')
  })
})

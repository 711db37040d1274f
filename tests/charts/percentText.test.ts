import { describe, expect, it } from 'vitest'
import { dropReasonText } from '../../src/charts/dropReasons.ts'
import { percentText, probabilityText } from '../../src/support/text/percentText.ts'

describe('percentText', () => {
  it('says 0 and all only of 0 and all', () => {
    expect([0, 0.0002, 0.0005, 0.5, 0.9994, 0.9997, 1].map((share) => percentText(share))).toEqual([
      ...['0.0%', '< 0.1%', '0.1%', '50.0%', '99.9%', '> 99.9%', '100.0%'],
    ])
    expect([0.004, 0.996].map((share) => percentText(share, 0))).toEqual(['< 1%', '> 99%'])
  })

  it('has a minus sign for a difference, and a dash for what is not defined', () => {
    expect([-0.012, NaN, null].map((share) => percentText(share))).toEqual(['−1.2%', '–', '–'])
  })
})

describe('probabilityText', () => {
  it('is whole but near 0 and 1', () => {
    expect([0, 1e-6, 0.034, 0.42, 0.985, 0.9951, 0.99999].map(probabilityText)).toEqual([
      ...['0.0%', '< 0.1%', '3.4%', '42%', '99%', '99.5%', '> 99.9%'],
    ])
  })
})

describe('dropReasonText', () => {
  it('has words for every reason that extraction gives, and keeps a code it does not know', () => {
    const codes = ['polyphonic', 'too-short', 'too-long', 'too-few-pitches', 'non-integer-steps-per-bar', 'drums']
    for (const code of codes) expect(dropReasonText(code)).not.toMatch(/-/)
    expect(dropReasonText('unreadable: a fault')).toBe('unreadable: a fault')
  })
})

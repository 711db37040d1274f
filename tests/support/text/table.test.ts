import { expect, it } from 'vitest'
import { cellText, significant, textTable } from '../../../src/support/text/table.ts'

it('writes numbers below zero with a minus, alone and in a column', () => {
  expect([cellText(-1200), cellText(-0.12345), significant(-0.00123456), significant(1234)]).toEqual([
    '−1,200',
    '−0.1235',
    '−0.00123',
    '1230',
  ])
  expect(textTable([{ change: -0.5 }, { change: 0.25 }])).toBe('change\n−0.500\n0.250')
})

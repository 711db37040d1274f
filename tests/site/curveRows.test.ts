import { describe, expect, it } from 'vitest'
import { curveRows } from '../../site/src/lib/curveRows.ts'

describe('curveRows', () => {
  const curve = Array.from({ length: 521 }, (_, n) => ({ step: 100 * (n + 1), loss: Math.abs(n - 201) + 1 }))

  it('shows a long curve by a part of its rows, with the lowest loss and the end', () => {
    const { rows, nth } = curveRows(curve)
    expect(nth).toBe(11)
    expect(rows.length).toBeLessThanOrEqual(52)
    expect(rows.map(({ loss }) => loss)).toContain(1)
    expect(rows.at(-1)).toBe(curve.at(-1))
    expect(rows.toSorted((a, b) => a.step - b.step)).toEqual(rows)
  })

  it('shows a short one whole, and an empty one', () => {
    expect(curveRows(curve.slice(0, 50))).toEqual({ rows: curve.slice(0, 50), nth: 1 })
    expect(curveRows([])).toEqual({ rows: [], nth: 1 })
  })
})

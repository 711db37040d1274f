import { describe, expect, it } from 'vitest'
import { claimTable } from '../../src/charts/musicalTables.ts'
import { musicalFile } from '../../src/results/musicalReport.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const report = musicalFile.read(projectRoot)!

/** The table of the first claim, whose difference on our files is as given. */
function cellOf(difference: { value: number; low: number; high: number; n: number }, adjusted: number): string {
  const [claim] = report.claims
  const contrast = { ...claim!.ours!.contrast, difference, adjusted }
  const [row] = claimTable({ ...report, claims: [{ ...claim!, ours: { ...claim!.ours!, contrast } }] })
  return String(row!['on ours'])
}

describe('a claim in the table', () => {
  it('has its difference with sign, interval, number and probability', () => {
    expect(cellOf({ value: 1.5, low: 0.5, high: 2.5, n: 30 }, 0.01)).toMatch(
      /: \+1\.5 \(0\.5 to 2\.5; n 30; corrected p 0\.010\)$/,
    )
    expect(cellOf({ value: -1.5, low: -2.5, high: -0.5, n: 30 }, 1e-5)).toMatch(/: −1\.5 \(.*corrected p < 0\.001\)$/)
  })

  it('says where no melody has the measure, and gives no number', () =>
    expect(cellOf({ value: NaN, low: NaN, high: NaN, n: 0 }, NaN)).toMatch(/: no melody has the measure$/))
})

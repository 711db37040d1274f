import { describe, expect, it } from 'vitest'
import { METRICS } from '../../src/evaluation/musical/metrics.ts'
import { readMusicalReport } from '../../src/results/publishedResults.ts'
import { checkSame } from '../../src/study/measureClaims.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { recordOf } from '../../src/support/records.ts'

describe('checkSame', () => {
  const report = readMusicalReport(projectRoot)!
  const [name, primer] = ['ours 3.1', 'major'] as const
  const means = recordOf(
    METRICS.map(({ id }) => id),
    (id) => report.metrics.find((each) => each.id === id)?.cells[name]?.[primer]?.value ?? NaN,
  )

  it('takes continuations whose means are the published ones', () => {
    expect(Object.values(means).filter((mean) => !Number.isNaN(mean)).length).toBeGreaterThan(20)
    expect(() => checkSame({ name, pieces: [{ primer, values: means }] }, report)).not.toThrow()
  })

  it('refuses others by the first measure that differs', () => {
    for (const [id, mean] of Object.entries(means).filter(([, each]) => !Number.isNaN(each))) {
      const values = { ...means, [id]: mean + 1e-3 * Math.max(1, Math.abs(mean)) }
      expect(() => checkSame({ name, pieces: [{ primer, values }] }, report)).toThrow(
        `this machine draws other continuations of major by ours 3.1 than those that were measured (${id} `,
      )
    }
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLAIM_METRICS } from '../../src/evaluation/musical/claimMetrics.ts'
import { definitionOf } from '../../src/study/musicalStudy.ts'
import { measureClaims } from '../../src/study/measureClaims.ts'
import { quietEffects } from '../generation/fixtures.ts'

let root: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-claims-'))))
afterAll(() => rm(root, { recursive: true }))

describe('measureClaims', () => {
  it('asks for a missing musical evaluation', async () => {
    await expect(measureClaims({ root, data: root }, quietEffects())).rejects.toThrow(
      'no report/results/musical.json of the published runs: cantus study summarize makes it',
    )
  })
})

describe('definitionOf', () => {
  it('describes each measure of a claim without its function and its primer', () => {
    for (const metric of CLAIM_METRICS) {
      const { of: _of, primer: _primer, ...rest } = metric
      expect(definitionOf(metric)).toEqual(rest)
    }
  })
})

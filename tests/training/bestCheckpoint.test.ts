import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Checkpoint, saveCheckpoint } from '../../src/model/checkpoint.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { bestCheckpoint } from '../../src/training/bestCheckpoint.ts'
import { runFiles } from '../../src/training/runDirectory.ts'
import { tinySpec } from '../generation/fixtures.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-best-'))
})
afterEach(() => rm(folder, { recursive: true }))

const weightsOf = (seed: number) => initialWeights(tinySpec, seed)

const checkpoint = (seed: number, state: Record<string, unknown>): Checkpoint => {
  return { spec: tinySpec, weights: weightsOf(seed), adam: null, averaged: null, state }
}

const keepBest = (seed: number, step: number) => saveCheckpoint(runFiles(folder).best, checkpoint(seed, { step }))

describe('bestCheckpoint', () => {
  it('takes the weights of the lowest validation loss, and keeps the end beside them', async () => {
    await keepBest(1, 40)
    const end = checkpoint(2, { step: 90, best: { loss: 1, step: 40 } })
    expect(await bestCheckpoint(folder, end)).toEqual({
      best: { weights: weightsOf(1), step: 40 },
      last: { weights: weightsOf(2), step: 90 },
    })
  })

  it('has no end of its own where that is the best, or nothing was measured', async () => {
    for (const best of [{ loss: 1, step: 90 }, null]) {
      const end = checkpoint(2, { step: 90, best })
      expect(await bestCheckpoint(folder, end)).toEqual({ best: { weights: weightsOf(2), step: 90 }, last: null })
    }
  })

  it('says the true step of a run that patience gave its best weights back', async () => {
    await keepBest(1, 40)
    const end = checkpoint(1, { step: 90, best: { loss: 1, step: 40 } })
    expect(await bestCheckpoint(folder, end)).toEqual({ best: { weights: weightsOf(1), step: 40 }, last: null })
  })

  it('names the file when the best weights are gone or of another step', async () => {
    const end = checkpoint(2, { step: 90, best: { loss: 1, step: 40 } })
    await expect(bestCheckpoint(folder, end)).rejects.toThrow(/best\.safetensors is missing: .*step 40; restore/)
    await keepBest(1, 30)
    await expect(bestCheckpoint(folder, end)).rejects.toThrow(/weights of step 30, the run's best are of step 40/)
  })
})

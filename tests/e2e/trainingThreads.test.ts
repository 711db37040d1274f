import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sequencesOf } from '../../src/dataset/batches.ts'
import type * as BackendModule from '../../src/model/backend.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'
import type * as Source from '../../src/training/gradientSource.ts'

const compiled = (path: string): Promise<unknown> => import(pathToFileURL(join(projectRoot, 'dist', path)).href)
const { openBackend } = (await compiled('model/backend.js')) as typeof BackendModule
const { gradientSource } = (await compiled('training/gradientSource.js')) as typeof Source

process.env['CANTUS_THREADS'] = '1'
const backend = await openBackend()
const spec = { encoding: 'mono', layerSizes: [16, 16], attentionLength: 0 } as const
const random = mulberry32(1)
const melodies = Array.from({ length: 9 }, (_, n) =>
  Array.from({ length: 20 + 7 * n }, () => (random.next() < 0.6 ? -2 : 50 + Math.floor(random.next() * 20))),
)
const sequences = sequencesOf(melodies, 'whole')
const dropout = { keepProbability: 0.5, seed: 7 }

describe.skipIf(backend.kind !== 'native')('training threads', () => {
  it('give the bits of the same parts in one thread, batch after batch', async () => {
    const weights = initialWeights(spec, 1)
    const threads = gradientSource(backend, spec, 3, weights)
    // Elsewhere than on the native backend the parts follow each other; said of this one, they do too.
    const alone = gradientSource({ ...backend, kind: 'native' }, spec, 1, weights)
    const inTurn = gradientSource({ ...backend, kind: 'js' }, spec, 3, weights)
    try {
      const first = await threads.gradients(weights, sequences, dropout)
      const copy = structuredClone(first)
      expect(await threads.gradients(weights, sequences, dropout)).toEqual(copy)
      const portable = await inTurn.gradients(weights, sequences, dropout)
      expect(portable.sums.loss).toBeCloseTo(copy.sums.loss, 3)
      expect(copy.sums.steps).toBe((await alone.gradients(weights, sequences, dropout)).sums.steps)
      for (const [name, { data }] of Object.entries(copy.gradients)) {
        const theirs = portable.gradients[name]!.data
        expect(Math.max(...data.map((value, n) => Math.abs(value - theirs[n]!)))).toBeLessThan(1e-5)
      }
    } finally {
      await threads.close()
    }
  })

  it('are at most as many as the sequences', async () => {
    const weights = initialWeights(spec, 1)
    const threads = gradientSource(backend, spec, 4, weights)
    try {
      const { sums } = await threads.gradients(weights, sequences.slice(0, 2), dropout)
      expect(sums.steps).toBe(sequences[0]!.length + sequences[1]!.length)
    } finally {
      await threads.close()
    }
  })
})

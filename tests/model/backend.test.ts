import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Sequence, sequencesOf } from '../../src/dataset/batches.ts'
import { adamStep, clipGradients, initialAdam } from '../../src/model/adam.ts'
import type { openBackend } from '../../src/model/backend.ts'
import { type MelodyRnn, melodyRnn } from '../../src/model/melodyRnn.ts'
import type { StepModelSpec, Weights } from '../../src/config/modelSpec.ts'
import { copyWeights, initialWeights } from '../../src/model/weights.ts'
import { UserError } from '../../src/support/errors.ts'
import { installedBackends } from './installedBackends.ts'

/** A fresh module, as a fresh process would have: the backend is chosen once. */
async function freshOpen(forced: string | undefined): Promise<Awaited<ReturnType<typeof openBackend>>> {
  vi.stubEnv('CANTUS_BACKEND', forced)
  vi.resetModules()
  const module = await import('../../src/model/backend.ts')
  return module.openBackend()
}

// The files that this process tests next choose a backend for themselves.
afterAll(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

/** Of eight Adam steps, each by its gradients with dropout. */
function lossesOf(model: MelodyRnn, start: Weights, sequences: readonly Sequence[]): number[] {
  const weights = copyWeights(start)
  let adam = initialAdam(weights)
  return Array.from({ length: 8 }, (_, step) => {
    const { sums, gradients } = model.gradients(weights, sequences, { keepProbability: 0.5, seed: step })
    clipGradients(gradients, 5, 'variable')
    adam = adamStep(weights, gradients, adam, { learningRate: 0.01 })
    return sums.loss / sums.steps
  })
}

// Where the runner counts coverage, Node loads each module once.
describe.skipIf(process.env['NODE_V8_COVERAGE'] !== undefined)('openBackend', () => {
  it('names a value it does not know', async () => {
    await expect(freshOpen('gpu')).rejects.toThrow('CANTUS_BACKEND is "gpu": use one of native, wasm, js, or unset it')
    await expect(freshOpen('gpu')).rejects.toMatchObject({ name: UserError.name, exitCode: 2 })
  })

  it('says how much slower the others are and how to get the fast one', async () => {
    expect((await freshOpen('wasm')).description).toBe(
      'backend: WebAssembly, about 25 times slower than native; run `npm run setup` to install the native one',
    )
    expect((await freshOpen('js')).description).toBe(
      'backend: plain JavaScript, about 145 times slower than native; run `npm run setup` to install the native one',
    )
  })

  it.each<StepModelSpec>([
    { encoding: 'basic', layerSizes: [6, 5], attentionLength: 0 },
    { encoding: 'attention', layerSizes: [5, 4], attentionLength: 3 },
  ])('computes the same on every backend: $encoding', async (spec) => {
    const weights = initialWeights(spec, 2)
    const sequences = sequencesOf(
      [
        [60, -2, 62, 64, -1, -2, 67],
        [72, 71, -2],
      ],
      'whole',
    )
    const found = []
    for (const kind of installedBackends) {
      const backend = await freshOpen(kind)
      expect(backend.kind).toBe(kind)
      const model = melodyRnn(backend, spec)
      const { sums, gradients } = model.gradients(weights, sequences, { keepProbability: 0.5, seed: 3 })
      const logits = model.logits(weights, sequences)
      found.push({
        losses: lossesOf(model, weights, sequences),
        loss: sums.loss,
        logits,
        gradient: gradients['lstm_0/kernel']?.data ?? new Float32Array(),
      })
    }
    const [first, ...others] = found
    expect(others.length).toBeGreaterThan(0)
    for (const other of others) {
      expect(other.loss).toBeCloseTo(first?.loss ?? NaN, 4)
      other.losses.forEach((loss, step) =>
        expect(Math.abs(loss - first!.losses[step]!), `step ${step}`).toBeLessThan(1e-4),
      )
      other.logits.forEach((value, i) => expect(value).toBeCloseTo(first?.logits[i] ?? NaN, 4))
      other.gradient.forEach((value, i) => expect(value).toBeCloseTo(first?.gradient[i] ?? NaN, 5))
    }
  })
})

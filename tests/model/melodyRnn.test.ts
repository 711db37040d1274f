import type { Rank } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Sequence } from '../../src/dataset/batches.ts'
import { sequencesOf } from '../../src/dataset/batches.ts'
import type { Backend } from '../../src/model/backend.ts'
import { openBackend } from '../../src/model/backend.ts'
import { lstmKernels } from '../../src/model/lstmKernels.ts'
import { NO_DROPOUT } from '../../src/model/dropout.ts'
import { melodyRnn } from '../../src/model/melodyRnn.ts'
import type { StepModelSpec, Weights } from '../../src/config/modelSpec.ts'
import { copyWeights, initialWeights } from '../../src/model/weights.ts'

const spec: StepModelSpec = { encoding: 'basic', layerSizes: [6, 5], attentionLength: 0 }
const attention: StepModelSpec = { encoding: 'attention', layerSizes: [5, 4], attentionLength: 3 }
const residual: StepModelSpec = { encoding: 'lookback', layerSizes: [5, 5, 5], attentionLength: 0, residual: true }
const melodies = [
  [60, -2, 62, -2, 64, -1, -2, 67, 65],
  [72, 71, -2],
  [50, -2, -2, -2, 50, -1],
]
const sequences: Sequence[] = sequencesOf(melodies, 'whole')
const dropout = { keepProbability: 0.5, seed: 11 }

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

function largestDifference(a: Weights, b: Weights): number {
  return Math.max(
    ...Object.entries(a).flatMap(([name, { data }]) =>
      Array.from(data, (value, i) => Math.abs(value - (b[name]?.data[i] ?? NaN))),
    ),
  )
}

describe.each([
  ['plain', spec],
  ['with attention', attention],
  ['with residual connections', residual],
])('melodyRnn, %s', (_, ours) => {
  const weights = initialWeights(ours, 4)

  it('has the gradients that differences of the loss show', () => {
    const model = melodyRnn(backend, ours)
    const { gradients } = model.gradients(weights, sequences, dropout)
    const lossAt = (changed: Weights) => {
      const { loss, steps } = model.measure(changed, sequences, dropout)
      return loss / steps
    }
    for (const [name, { data }] of Object.entries(gradients)) {
      // The entry with the largest gradient: float32 differences are too coarse for small ones.
      const place = data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best] as number) ? i : best), 0)
      const moved = (amount: number) => {
        const copy = copyWeights(weights)
        const array = copy[name]?.data as Float32Array
        array[place] = (array[place] as number) + amount
        return copy
      }
      const slope = (lossAt(moved(0.01)) - lossAt(moved(-0.01))) / 0.02
      expect(Math.abs(slope - (data[place] as number)), name).toBeLessThan(2e-4)
    }
  })

  it('ignores padding: together or one by one gives the same sums and gradients', () => {
    const model = melodyRnn(backend, ours)
    const together = model.gradients(weights, sequences, NO_DROPOUT)
    const steps = together.sums.steps
    expect(steps).toBe(8 + 2 + 5)
    const loss = sequences.reduce((sum, one) => sum + model.measure(weights, [one], NO_DROPOUT).loss, 0)
    expect(Math.abs(together.sums.loss - loss)).toBeLessThan(1e-5)
    for (const [name, { data }] of Object.entries(together.gradients)) {
      const summed = new Float32Array(data.length)
      for (const one of sequences) {
        const part = model.gradients(weights, [one], NO_DROPOUT).gradients[name]?.data ?? []
        summed.forEach((value, i) => (summed[i] = value + ((part[i] as number) * one.length) / steps))
      }
      expect(largestDifference({ [name]: { shape: [], data } }, { [name]: { shape: [], data: summed } })).toBeLessThan(
        1e-6,
      )
    }
  })

  it('leaves no tensor behind', () => {
    const model = melodyRnn(backend, ours)
    const work = () => {
      model.gradients(weights, sequences, dropout)
      model.measure(weights, sequences, NO_DROPOUT)
      model.logits(weights, sequences)
    }
    work()
    const { numTensors, numDataBuffers } = backend.tf.memory()
    for (let i = 0; i < 5; i++) work()
    expect(backend.tf.memory()).toMatchObject({ numTensors, numDataBuffers })
  })
})

const { kind: backendKind, description } = await openBackend()
const hasFused = description.includes('fused')

describe('melodyRnn', () => {
  const weights = initialWeights(spec, 4)

  it.skipIf(backendKind !== 'native')(
    "computes the same in our fused kernels, in TensorFlow's and in public operations",
    () => {
      const gradients = (kind: 'native' | 'js') =>
        melodyRnn({ ...backend, kind }, spec).gradients(weights, sequences, dropout)
      const ours = gradients('native')
      vi.stubEnv('CANTUS_FUSED', '0')
      const others = [gradients('native'), gradients('js')]
      vi.unstubAllEnvs()
      for (const theirs of others) {
        expect(Math.abs(ours.sums.loss - theirs.sums.loss)).toBeLessThan(1e-5)
        expect({ ...ours.sums, loss: 0 }).toEqual({ ...theirs.sums, loss: 0 })
        expect(largestDifference(ours.gradients, theirs.gradients)).toBeLessThan(1e-6)
      }
    },
  )

  it.skipIf(!hasFused)('drops in the fused kernel the units that the portable one drops', () => {
    const values = backend.tf.randomUniform<Rank.R3>([3, 7, 59], -1, 1)
    for (const dropout of [
      { keepProbability: 0.5, seed: -7 },
      { keepProbability: 0.8, seed: 2 ** 31 - 3 },
    ]) {
      const fused = lstmKernels(backend).dropout(values, dropout)
      const portable = lstmKernels({ ...backend, kind: 'js' }).dropout(values, dropout)
      expect(fused.dataSync()).toEqual(portable.dataSync())
    }
  })

  it('repeats a step exactly: dropout comes from its seed', () => {
    const model = melodyRnn(backend, spec)
    const first = model.gradients(weights, sequences, dropout)
    expect(model.gradients(weights, sequences, dropout)).toEqual(first)
    expect(model.gradients(weights, sequences, { ...dropout, seed: 12 }).sums.loss).not.toBe(first.sums.loss)
    expect(model.gradients(weights, sequences, NO_DROPOUT).sums.loss).not.toBe(first.sums.loss)
  })

  it('works through more steps than it holds at once', () => {
    const model = melodyRnn(backend, { ...spec, layerSizes: [2] })
    const small = initialWeights({ ...spec, layerSizes: [2] }, 1)
    const long = Array.from({ length: 401 }, (_, i) => 60 + (i % 7))
    const many = sequencesOf(
      Array.from({ length: 200 }, () => long),
      'whole',
    ) // 80,000 rows: more than one part
    const one = model.gradients(small, many.slice(0, 1), NO_DROPOUT)
    const all = model.gradients(small, many, NO_DROPOUT)
    expect(all.sums.steps).toBe(80_000)
    expect(all.sums.loss / 80_000).toBeCloseTo(one.sums.loss / 400, 5)
    expect(largestDifference(all.gradients, one.gradients)).toBeLessThan(backendKind === 'native' ? 1e-5 : 2e-5)
  })
})

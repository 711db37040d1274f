import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type * as tfjs from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Backend, openBackend } from '../../src/model/backend.ts'
import { lstmKernels, type LstmKernels } from '../../src/model/lstmKernels.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32, type Random } from '../../src/support/random.ts'
import { installedBackends } from './installedBackends.ts'

/** A layer's sizes; `share`: of the inputs that are not 0, as a row of a melody's steps has few and one of notes many. */
const sizes = fc.record({
  steps: fc.integer({ min: 1, max: 40 }),
  batch: fc.integer({ min: 1, max: 40 }),
  inputs: fc.integer({ min: 1, max: 70 }),
  units: fc.integer({ min: 1, max: 50 }),
  share: fc.constantFrom(0.02, 0.5, 1),
  seed: fc.integer(),
})
type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never

const numbers = (count: number, random: Random, share = 1): Float32Array =>
  Float32Array.from({ length: count }, () => (random.next() < share ? 2 * random.next() - 1 : 0))

/** Outputs and gradients of one layer by name. */
function passed({ tf }: Backend, kernels: LstmKernels, asked: Sizes): Record<string, Float32Array> {
  const { steps, batch, inputs, units, share, seed } = asked
  const random = mulberry32(seed)
  return tf.tidy(() => {
    const x = tf.tensor3d(numbers(steps * batch * inputs, random, share), [steps, batch, inputs])
    const weights = numbers((inputs + units) * 4 * units, random).map((value) => 0.3 * value) // a layer that is not chaotic
    const kernel = tf.tensor2d(weights, [inputs + units, 4 * units])
    const bias = tf.tensor1d(numbers(4 * units, random))
    const gradient = tf.tensor3d(numbers(steps * batch * units, random), [steps, batch, units])
    const tape = kernels.forward(x, kernel, bias)
    const found = kernels.backward(tape, kernel, bias, gradient, true)
    const all: Record<string, tfjs.Tensor> = { hidden: tape.hidden, ...found, input: found.input! }
    return Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]))
  })
}

describe.skipIf(!installedBackends.includes('native'))('the fused LSTM layer', () => {
  it('gives what the same arithmetic in public operations gives, whatever the sizes', async () => {
    const backend = await openBackend()
    const [fused, portable] = [lstmKernels(backend), lstmKernels({ ...backend, kind: 'wasm' })]
    fc.assert(
      fc.property(sizes, (asked) => {
        const theirs = passed(backend, portable, asked)
        for (const [name, ours] of Object.entries(passed(backend, fused, asked))) {
          const expected = theirs[name]!
          const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
          expect(ours).toHaveLength(expected.length)
          const furthest = ours.reduce((most, value, n) => Math.max(most, Math.abs(value - expected[n]!)), 0)
          expect(furthest / largest, name).toBeLessThan(2e-5)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same bits again', async () => {
    const backend = await openBackend()
    const asked = { steps: 90, batch: 13, inputs: 33, units: 20, share: 1, seed: 1 } as const
    const once = passed(backend, lstmKernels(backend), asked)
    expect(passed(backend, lstmKernels(backend), asked)).toEqual(once)
  })

  it('gives the same bits with vectors of either width', async () => {
    const fixture = join(projectRoot, 'tests', 'fixtures', 'lstmBits.ts')
    const hashes = ['', '1'].map(async (off) => {
      const env = { ...process.env, ...(off === '' ? {} : { CANTUS_AVX512_OFF: off }) }
      return (await promisify(execFile)(process.execPath, [fixture], { env })).stdout.trim()
    })
    const [wide, narrow] = await Promise.all(hashes)
    expect(wide).toMatch(/^[0-9a-f]{64}$/)
    expect(narrow).toBe(wide)
  })
})

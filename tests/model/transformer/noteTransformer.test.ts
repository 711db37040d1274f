import { beforeAll, describe, expect, it } from 'vitest'
import type { NoteModelSpec, Weights } from '../../../src/config/modelSpec.ts'
import { wholeSequences } from '../../../src/dataset/batches.ts'
import { melodyEncoding } from '../../../src/dataset/encoding.ts'
import { type Backend, openBackend } from '../../../src/model/backend.ts'
import { NO_DROPOUT } from '../../../src/model/dropout.ts'
import { openNetwork } from '../../../src/model/openNetwork.ts'
import { openStepper } from '../../../src/model/openStepper.ts'
import { copyWeights, initialWeights, weightsProblem } from '../../../src/model/weights.ts'
import { installedBackends } from '../installedBackends.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [8], attentionSize: 4, blocks: 2 }
const tunes = [
  { events: [60, -2, 62, -2, 64, -1, -2, 67, 65, 60, -2, 62, -2, 64], stepsPerBar: 4 },
  { events: [-2, -2, 72, 71, -2, -1, -2], stepsPerBar: 12 },
  { events: [20, -2, -2, 84, -2, -2, -2, -2, 50, -1, -2, 50, -2, -2], stepsPerBar: 16 },
]
const sequences = wholeSequences(tunes, melodyEncoding('mono'))
const dropout = { keepProbability: 0.6, seed: 11 }

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

/** Weights large enough for every part to matter, biases too. */
function livelyWeights(): Weights {
  const weights = copyWeights(initialWeights(spec, 5))
  for (const [name, { data }] of Object.entries(weights))
    if (name.endsWith('bias')) data.forEach((value, i) => (data[i] = value + 0.3 * Math.sin(7 * i + name.length)))
  return weights
}

// WASM lacks a kernel that its gradient needs: it is trained on the native backend alone.
describe.runIf(installedBackends.includes('native'))('noteTransformer', () => {
  it('has the gradients that differences of the loss show', () => {
    const network = openNetwork(backend, spec)
    const weights = livelyWeights()
    const { gradients, sums } = network.gradients(weights, sequences, dropout)
    expect(Object.keys(gradients)).toEqual(Object.keys(weights))
    const lossOf = (moved: Weights): number => network.measure(moved, sequences, dropout).loss / sums.steps
    for (const [name, { data }] of Object.entries(gradients)) {
      const place = data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best]!) ? i : best), 0)
      const moved = (amount: number): Weights => {
        const copy = copyWeights(weights)
        copy[name]!.data[place]! += amount
        return copy
      }
      const slope = (lossOf(moved(0.001)) - lossOf(moved(-0.001))) / 0.002
      const off = Math.abs(slope - data[place]!)
      expect(off, `${name} ${data[place]} ${slope}`).toBeLessThan(5e-4 + 0.01 * Math.abs(data[place]!))
    }
  })

  it('ignores padding and what comes later', () => {
    const network = openNetwork(backend, spec)
    const weights = livelyWeights()
    const each = network.measureEach(weights, sequences, NO_DROPOUT)
    sequences.forEach((sequence, n) => {
      expect(network.measure(weights, [sequence], NO_DROPOUT).loss).toBeCloseTo(each[n]!.loss, 3)
    })
    const [first] = network.stepProbabilities(weights, sequences.slice(0, 1))
    const other = wholeSequences([{ events: [...tunes[0]!.events.slice(0, 9), 40, -2, 80, 30, -1], stepsPerBar: 4 }], {
      ...melodyEncoding('mono'),
    })
    const [changed] = network.stepProbabilities(weights, other)
    const same = 8 // steps before the first event that differs
    expect([...changed!.slice(0, same)].map((p) => p.toFixed(5))).toEqual(
      [...first!.slice(0, same)].map((p) => p.toFixed(5)),
    )
    expect(changed!.at(-1)).not.toBeCloseTo(first!.at(-1)!, 5)
  })

  it('keeps no tensor, and says that it writes no melodies', () => {
    const { tf } = backend
    const network = openNetwork(backend, spec)
    const weights = livelyWeights()
    expect(weightsProblem(spec, weights)).toBeNull()
    network.gradients(weights, sequences, dropout)
    const before = tf.memory().numTensors
    network.gradients(weights, sequences, dropout)
    network.measure(weights, sequences, NO_DROPOUT)
    expect(tf.memory().numTensors).toBe(before)
    expect(() => openStepper(spec, weights)).toThrow('a Transformer is only trained and measured here')
  })
})

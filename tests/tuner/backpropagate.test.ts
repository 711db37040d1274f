import { describe, expect, it } from 'vitest'
import { openBackend } from '../../src/model/backend.ts'
import { NO_DROPOUT } from '../../src/model/dropout.ts'
import { melodyRnn } from '../../src/model/melodyRnn.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { logSoftmax } from '../../src/tuner/environment.ts'

const backend = await openBackend()
const sequences = [
  { events: [60, -2, 62, 64, -1, -2], start: 0, length: 5 },
  { events: [-2, 67, 65], start: 0, length: 2 },
]

describe.each(['mono', 'basic'] as const)('backpropagation of a function of the logits, %s', (encoding) => {
  const spec = { encoding, layerSizes: [9, 9], attentionLength: 0, residual: true } as const
  const weights = initialWeights(spec, 3)
  const rnn = melodyRnn(backend, spec)
  const { classes } = rnn.encoding

  it('of the cross-entropy is the gradient that training takes', () => {
    const { gradients } = rnn.gradients(weights, sequences, NO_DROPOUT)
    const found = rnn.backpropagate(weights, sequences, (logits, { labels, mask, valid }) => {
      const gradient = new Float32Array(logits.length)
      mask.forEach((counts, row) => {
        const logP = logSoftmax(logits.subarray(row * classes, (row + 1) * classes))
        logP.forEach((value, label) => {
          gradient[row * classes + label] = (counts * (Math.exp(value) - (label === labels[row] ? 1 : 0))) / valid
        })
      })
      return gradient
    })
    expect(Object.keys(found)).toEqual(Object.keys(weights))
    for (const [name, { data, shape }] of Object.entries(found)) {
      expect(shape).toEqual(weights[name]!.shape)
      data.forEach((value, n) => expect(value).toBeCloseTo(gradients[name]!.data[n]!, 6))
    }
  })

  it('gives the logits row by row as `logits` does, and leaves no tensor behind', () => {
    const before = backend.tf.memory().numTensors
    let seen: Float32Array | null = null
    rnn.backpropagate(weights, sequences, (logits) => {
      seen = logits.slice()
      return new Float32Array(logits.length)
    })
    expect(seen).toEqual(rnn.logits(weights, sequences))
    expect(backend.tf.memory().numTensors).toBe(before)
  })
})

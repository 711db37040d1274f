import { beforeAll, describe, expect, it } from 'vitest'
import { makeBatch, sequencesOf } from '../../src/dataset/batches.ts'
import type { AdamState } from '../../src/model/adam.ts'
import { adamStep, clipGradients, initialAdam } from '../../src/model/adam.ts'
import type { Backend } from '../../src/model/backend.ts'
import { openBackend } from '../../src/model/backend.ts'
import { fromTf, tfName, toTf } from '../../src/model/convertTf.ts'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import type { MelodyRnn } from '../../src/model/melodyRnn.ts'
import { NO_DROPOUT } from '../../src/model/dropout.ts'
import { melodyRnn } from '../../src/model/melodyRnn.ts'
import { addSums } from '../../src/model/metricSums.ts'
import type { EncodingName, StepModelSpec, Weights } from '../../src/config/modelSpec.ts'
import { copyWeights } from '../../src/model/weights.ts'
import type { Metrics } from '../../src/results/metrics.ts'
import { metricsOf } from '../../src/results/metrics.ts'
import { floats, type GoldenLstm, largestDifference, logitsInOrder, variables } from './goldenLstm.ts'
import { goldenJson, ownGoldens } from './goldens.ts'

/** Largest difference over all tensors; the gradients of a clipped layer are as small as their tolerance, so absolute. */
function weightsDifference(ours: Weights, theirs: Weights): number {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort())
  return Math.max(...Object.entries(ours).map(([name, { data }]) => largestDifference(data, theirs[name]?.data ?? [])))
}

function expectMetrics(metrics: Metrics, golden: Record<string, number>): void {
  expect(Math.abs(metrics.loss - (golden['loss'] as number))).toBeLessThan(1e-6)
  // exp magnifies the loss' rounding by its own size.
  const perplexity = golden['metrics/perplexity'] as number
  expect(Math.abs(metrics.perplexity - perplexity) / perplexity).toBeLessThan(1e-6)
  expect(Math.abs(metrics.accuracy - (golden['metrics/accuracy'] as number))).toBeLessThan(1e-6)
  expect(Math.abs(metrics.eventAccuracy - (golden['metrics/event_accuracy'] as number))).toBeLessThan(1e-6)
  expect(Math.abs(metrics.noEventAccuracy - (golden['metrics/no_event_accuracy'] as number))).toBeLessThan(1e-6)
}

const NAMES: readonly EncodingName[] = ['mono', 'basic', 'lookback', 'attention']

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

describe.each(NAMES)("Magenta's training graph, %s_rnn", (encoding) => {
  const golden = goldenJson<GoldenLstm>(ownGoldens, `lstm/lstm_${encoding}_rnn.json`)
  const spec: StepModelSpec = { encoding, layerSizes: golden.rnn_layer_sizes, attentionLength: golden.attn_length }
  const weights = fromTf(spec, variables(golden.weights))
  const sequences = sequencesOf(golden.melodies, 'whole')
  let model: MelodyRnn
  beforeAll(() => {
    model = melodyRnn(backend, spec)
  })

  it('encodes as the golden does', () => {
    const { inputSize, classes, defaultEventLabel } = melodyEncoding(encoding)
    expect([inputSize, classes, defaultEventLabel]).toEqual([
      golden.input_size,
      golden.num_classes,
      golden.default_event_label,
    ])
    const batch = makeBatch(model.encoding, sequences)
    golden.labels.forEach((labels, b) => {
      expect(labels.map((_, t) => batch.labels[t * batch.size + b])).toEqual(labels)
    })
  })

  it('converts to TensorFlow names and back without a change', () => {
    const there = toTf(spec, weights)
    expect(weightsDifference(there, variables(golden.weights))).toBeLessThan(1e-7)
    expect(Object.fromEntries(Object.entries(there).map(([name, { shape }]) => [name, shape]))).toEqual(
      Object.fromEntries(Object.entries(golden.weights).map(([name, { shape }]) => [name, shape])),
    )
  })

  it('computes the same logits to 1e-5', () => {
    const inOrder = logitsInOrder(model.logits(weights, sequences), golden)
    expect(largestDifference(inOrder, floats(golden.logits))).toBeLessThan(1e-5)
  })

  it('computes the same loss, metrics and gradients to 1e-6', () => {
    const { sums, gradients } = model.gradients(weights, sequences, NO_DROPOUT)
    expectMetrics(metricsOf(sums), golden.train.metrics)
    const theirs = fromTf(spec, variables(golden.train.grads ?? {}), 0)
    expect(weightsDifference(gradients, theirs)).toBeLessThan(1e-6)
    for (const [name, { data }] of Object.entries(gradients)) {
      const norm = Math.hypot(...data)
      expect(Math.abs(norm - (golden.train.grad_norms[tfName(spec, name)] as number))).toBeLessThan(1e-5)
    }
  })

  it('makes the same weights in a step to 1e-6', () => {
    // Adam's first step is rate * g / (|g| + 3.2e-7): where |g| is smaller still, an error of 1e-9 in a gradient moves the
    // weight by 3e-6. So the forget bias must stay what it is, added at run time: float32(bias + 1) is off by 6e-8.
    const theirs = fromTf(spec, variables(golden.weights), 0)
    const { gradients } = melodyRnn(backend, spec, { forgetBias: 1 }).gradients(theirs, sequences, NO_DROPOUT)
    clipGradients(gradients, golden.clip_norm, 'variable')
    adamStep(theirs, gradients, initialAdam(theirs), { learningRate: golden.learning_rate })
    const expected = fromTf(spec, variables(golden.train.weights_after_step1 ?? {}), 0)
    const differences = Object.entries(theirs).flatMap(([name, { data }]) =>
      Array.from(data, (value, i) => Math.abs(value - (expected[name]?.data[i] ?? NaN))),
    )
    // Magenta sums the output layer's rows melody by melody, we step by step: one weight of the 13,730 of mono shows it.
    expect(differences.filter((difference) => !(difference < 1e-6)).length).toBeLessThanOrEqual(1)
    expect(Math.max(...differences)).toBeLessThan(5e-6)
  })

  it('makes them with fused kernels and the forget bias in the bias: to 1e-6 but where gradients vanish', () => {
    const ours = copyWeights(weights)
    const { gradients } = model.gradients(weights, sequences, NO_DROPOUT)
    clipGradients(gradients, golden.clip_norm, 'variable')
    adamStep(ours, gradients, initialAdam(ours), { learningRate: golden.learning_rate })
    const expected = fromTf(spec, variables(golden.train.weights_after_step1 ?? {}))
    expect(weightsDifference(ours, expected)).toBeLessThan(1e-5)
    const known = (name: string) => (_: number, i: number) => Math.abs(gradients[name]?.data[i] as number) > 3.2e-6
    for (const [name, { data }] of Object.entries(ours)) {
      const theirs = expected[name]?.data ?? new Float32Array()
      expect(largestDifference(data.filter(known(name)), theirs.filter(known(name)))).toBeLessThan(1e-6)
    }
  })

  it.each(['train', 'train_clip_0.05'] as const)('has the same losses over ten Adam steps (%s)', (tag) => {
    const theirs = golden[tag]
    const clipNorm = tag === 'train' ? golden.clip_norm : 0.05
    const ours = copyWeights(weights)
    let adam: AdamState = initialAdam(ours)
    const losses: number[] = []
    for (let step = 1; step <= 10; step++) {
      const { sums, gradients } = model.gradients(ours, sequences, NO_DROPOUT)
      losses.push(metricsOf(sums).loss)
      clipGradients(gradients, clipNorm, 'variable')
      adam = adamStep(ours, gradients, adam, { learningRate: golden.learning_rate })
    }
    losses.push(metricsOf(model.measure(ours, sequences, NO_DROPOUT)).loss)
    const expected = [...theirs.loss_before_each_step_1_to_10, theirs.loss_after_10_steps]
    expect(largestDifference(losses, expected)).toBeLessThan(1e-5)
  })

  it('evaluates as the streaming metrics do over two batches', () => {
    const first = model.measure(weights, sequences, NO_DROPOUT)
    const both = addSums(first, model.measure(weights, sequencesOf(golden.melodies_batch2, 'whole'), NO_DROPOUT))
    expectMetrics(metricsOf(first), golden.eval.after_batch1)
    expectMetrics(metricsOf(both), golden.eval.after_batch1_and_2)
  })
})

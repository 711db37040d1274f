import type * as tfjs from '@tensorflow/tfjs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { wholeSequences } from '../../../src/dataset/batches.ts'
import { inputRow, melodyEncoding } from '../../../src/dataset/encoding.ts'
import { DISTANCE_KINDS, makeNoteBatch, type NoteBatch, noteMelody } from '../../../src/dataset/noteBatches.ts'
import { NOTE_INPUTS } from '../../../src/dataset/noteInputs.ts'
import { type Backend, openBackend } from '../../../src/model/backend.ts'
import { NO_DROPOUT } from '../../../src/model/dropout.ts'
import type { NoteModelSpec, Weights } from '../../../src/config/modelSpec.ts'
import { addSums, NO_SUMS } from '../../../src/model/metricSums.ts'
import { createNoteStepper } from '../../../src/model/notes/noteStepper.ts'
import { noteRnn } from '../../../src/model/notes/noteRnn.ts'
import { upload } from '../../../src/model/tensors.ts'
import { copyWeights } from '../../../src/model/weights.ts'
import { installedBackends } from '../installedBackends.ts'
import { livelyWeights } from './livelyWeights.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4 }
const specs: [string, NoteModelSpec][] = [
  ['with attention', spec],
  ['without attention', { ...spec, attentionSize: 0 }],
  ['without histograms, metre and intervals', { ...spec, without: ['histograms', 'metre', 'intervals'] }],
]

/** Repeats, rests, an initial rest, a first pitch far from the middle, an interval beyond 36, a long note, a last note of one step. */
const tunes = [
  { events: [60, -2, 62, -2, 64, -1, -2, 67, 65, 60, -2, 62, -2, 64], stepsPerBar: 4 },
  { events: [-2, -2, 72, 71, -2, -1, -2], stepsPerBar: 12 },
  { events: [20, -2, -2, 84, -2, -2, -2, -2, 50, -1, -2, 50, -2, -2], stepsPerBar: 16 },
  { events: [100, ...new Array<number>(130).fill(-2), 99, -2], stepsPerBar: 16 },
]
const sequences = wholeSequences(tunes, melodyEncoding('mono'))
const dropout = { keepProbability: 0.6, seed: 11 }

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

const lossOf = (ours: NoteModelSpec, weights: Weights): number => {
  const { loss, steps } = noteRnn(backend, ours).measure(weights, sequences, dropout)
  return loss / steps
}

describe.each(specs)('noteRnn %s', (_, ours) => {
  it('has the gradients that differences of the loss show', () => {
    const weights = livelyWeights(ours)
    const { gradients } = noteRnn(backend, ours).gradients(weights, sequences, dropout)
    expect(Object.keys(gradients)).toEqual(Object.keys(weights))
    for (const [name, { data }] of Object.entries(gradients)) {
      const place = data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best]!) ? i : best), 0)
      const moved = (amount: number): Weights => {
        const copy = copyWeights(weights)
        copy[name]!.data[place]! += amount
        return copy
      }
      const slope = (lossOf(ours, moved(0.002)) - lossOf(ours, moved(-0.002))) / 0.004
      expect(Math.abs(slope - data[place]!), `${name} ${data[place]} ${slope}`).toBeLessThan(5e-4)
    }
  })

  it('ignores padding: together or one by one gives the same sums', () => {
    const model = noteRnn(backend, ours)
    const weights = livelyWeights(ours)
    const each = model.measureEach(weights, sequences, NO_DROPOUT)
    const alone = sequences.map((one) => model.measure(weights, [one], NO_DROPOUT))
    each.forEach(({ loss, ...hits }, n) => {
      const { loss: ofOne, ...others } = alone[n]!
      expect(loss).toBeCloseTo(ofOne, 3)
      expect(hits).toEqual(others)
      expect(hits.steps).toBe(tunes[n]!.events.length - 1)
    })
    const together = model.measure(weights, sequences, NO_DROPOUT)
    expect(together.loss).toBeCloseTo(each.reduce(addSums, NO_SUMS).loss, 3)
  })

  it('predicts what the portable stepper does: the same loss and the same hits', () => {
    const weights = livelyWeights(ours)
    const stepper = createNoteStepper(ours, weights)
    const encoding = melodyEncoding('mono')
    const each = noteRnn(backend, ours).measureEach(weights, sequences, NO_DROPOUT)
    sequences.forEach(({ events, length, grid }, n) => {
      let state = stepper.initialState(grid)
      const sums = { loss: 0, correct: 0, eventCorrect: 0, eventSteps: 0 }
      for (let position = 0; position < length; position++) {
        const stepped = stepper.step(state, inputRow(encoding, events, position))
        state = stepped.state
        const total = stepped.logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
        expect(total).toBeCloseTo(1, 6)
        const label = encoding.label(events, position + 1)
        sums.loss -= stepped.logits[label]!
        const isHit = stepped.logits.every((logit) => logit <= stepped.logits[label]!)
        if (isHit) sums.correct++
        if (label !== 0) sums.eventSteps++
        if (isHit && label !== 0) sums.eventCorrect++
      }
      const { loss, ...hits } = each[n]!
      expect(Math.abs(sums.loss - loss) / length).toBeLessThan(2e-5)
      expect(hits).toMatchObject({
        correct: sums.correct,
        eventCorrect: sums.eventCorrect,
        eventSteps: sums.eventSteps,
      })
    })
  })
})

/** A fresh module, as a fresh process would have: the backend is chosen once. */
async function freshOpen(kind: string): Promise<Backend> {
  vi.stubEnv('CANTUS_BACKEND', kind)
  vi.resetModules()
  const module = await import('../../../src/model/backend.ts')
  return module.openBackend()
}

afterEach(() => vi.unstubAllEnvs())
// The files that this process tests next choose a backend for themselves.
afterAll(() => vi.resetModules())

/** The mean loss, written again in public operations, for TensorFlow.js to differentiate. */
function twinLoss(
  tf: typeof tfjs,
  { batch, ours }: { batch: NoteBatch; ours: NoteModelSpec },
  by: Record<string, tfjs.Tensor>,
): tfjs.Scalar {
  const { steps, size, columns } = batch
  const rows = steps * size
  const table = (values: Float32Array): tfjs.Tensor2D => tf.tensor2d(values, [rows, values.length / rows])
  const picked = (name: string, first: number): tfjs.Tensor2D => {
    const kernel = by[name] as tfjs.Tensor2D
    const [before, after] = [kernel.slice([0, 0], [first, -1]), kernel.slice([first + NOTE_INPUTS, 0])]
    const choose = tf.oneHot(tf.tensor1d([...columns], 'int32'), NOTE_INPUTS).toFloat()
    return tf.concat2d([before, tf.matMul(choose, kernel.slice([first, 0], [NOTE_INPUTS, -1])), after] as never, 0)
  }
  const inputs = tf.split(table(batch.inputs), steps, 0)
  let signal = inputs
  ours.layerSizes.forEach((units, n) => {
    const kernel = n === 0 ? picked('lstm_0/kernel', 0) : (by[`lstm_${n}/kernel`] as tfjs.Tensor2D)
    let [cell, hidden] = [tf.zeros([size, units]), tf.zeros([size, units])]
    signal = signal.map((input) => {
      const sums = tf.matMul(tf.concat([input, hidden], 1), kernel).add(by[`lstm_${n}/bias`]!)
      const [i, f, c, o] = tf.split(sums, 4, 1) as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor, tfjs.Tensor]
      cell = cell.mul(f.sigmoid()).add(i.sigmoid().mul(c.tanh()))
      hidden = cell.tanh().mul(o.sigmoid())
      return hidden as tfjs.Tensor2D
    })
  })
  let state = tf.concat(signal, 0)
  if (ours.attentionSize > 0) {
    const melodies = (tensor: tfjs.Tensor): tfjs.Tensor => tensor.reshape([steps, size, -1]).transpose([1, 0, 2])
    const followers = tf.concat([...inputs.slice(1), tf.zerosLike(inputs[0]!)], 0)
    const remembered = tf.concat([state, followers], 1)
    const value = tf.matMul(remembered, picked('attention/value/kernel', ours.layerSizes.at(-1)!))
    const [query, key] = ['query', 'key'].map((name) => tf.matMul(state, by[`attention/${name}/kernel`]!))
    const kinds = tf.oneHot(tf.tensor1d(Int32Array.from(batch.distances), 'int32'), DISTANCE_KINDS).toFloat()
    const learnt = tf.concat([tf.tensor1d([-1e9]), by['attention/distance/bias']!])
    const bias = tf.matMul(kinds as tfjs.Tensor2D, learnt.reshape([-1, 1])).reshape([size, steps, steps + 1])
    const scores = tf.matMul(melodies(query!), melodies(key!), false, true).div(Math.sqrt(ours.attentionSize))
    const all = tf.concat([scores.add(bias.slice([0, 0, 0], [-1, -1, steps])), tf.zeros([size, steps, 1])], 2)
    const shares = all.softmax().slice([0, 0, 0], [-1, -1, steps])
    const attended = tf.matMul(shares, melodies(value.add(by['attention/value/bias']!))).transpose([1, 0, 2])
    const joined = tf.concat([state, attended.reshape([rows, -1])], 1)
    state = state.add(tf.matMul(joined, by['attention/output/kernel']!).add(by['attention/output/bias']!).relu())
  }
  const head = (input: tfjs.Tensor, name: string): tfjs.Tensor =>
    tf.matMul(input as tfjs.Tensor2D, by[`${name}/kernel`] as tfjs.Tensor2D).add(by[`${name}/bias`]!)
  const loss = (logits: tfjs.Tensor, logTargets: Float32Array, has: Float32Array): tfjs.Tensor =>
    logits.logSoftmax().exp().mul(table(logTargets).exp()).sum(1).add(tf.tensor1d(has).equal(0).toFloat()).log().neg()
  const next = head(tf.concat([state, table(batch.endings)], 1), 'next').relu()
  const rest = head(next, 'rest').reshape([rows])
  const wanted = tf.tensor1d(batch.restTargets)
  const parts = [
    loss(head(state, 'length'), batch.lengthTargets, batch.hasLength).mul(tf.tensor1d(batch.hasLength)),
    rest.softplus().sub(wanted.mul(rest)).mul(tf.tensor1d(batch.hasKind)),
    loss(head(next, 'interval').add(table(batch.intervalMask)), batch.intervalTargets, batch.hasNote).mul(
      tf.tensor1d(batch.hasNote),
    ),
  ]
  return tf.addN(parts).sum().div(batch.valid)
}

// Where the runner counts coverage, Node loads each module once.
const kinds = process.env['NODE_V8_COVERAGE'] === undefined ? installedBackends : installedBackends.slice(0, 1)

describe.each(kinds)('noteRnn on the backend %s', (kind) => {
  it.each(specs)('has the gradients of its autodiff twin, %s', async (_, ours) => {
    const { tf, ...opened } = await freshOpen(kind)
    expect(opened.kind).toBe(kind)
    const weights = livelyWeights(ours)
    const { sums, gradients } = noteRnn({ tf, ...opened }, ours).gradients(weights, sequences, NO_DROPOUT)
    const batch = makeNoteBatch(sequences.map(noteMelody), { without: ours.without ?? [], hasOther: false })
    expect(batch.valid).toBe(sums.steps)
    const tensors = upload(tf, weights)
    const names = Object.keys(weights)
    const lossOfTensors = (...values: tfjs.Tensor[]): tfjs.Scalar =>
      twinLoss(tf, { batch, ours }, Object.fromEntries(names.map((name, n) => [name, values[n]!])))
    const { value, grads } = tf.valueAndGrads(lossOfTensors)(names.map((name) => tensors[name]!))
    expect(value.dataSync()[0]).toBeCloseTo(sums.loss / sums.steps, 5)
    names.forEach((name, n) => {
      const theirs = grads[n]!.dataSync()
      const furthest = Math.max(...gradients[name]!.data.map((own, i) => Math.abs(own - theirs[i]!)))
      expect(furthest, name).toBeLessThan(2e-6)
    })
  })
})

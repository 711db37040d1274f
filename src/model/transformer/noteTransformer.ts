import { noteMelody } from '../../dataset/noteBatches.ts'
import type { NoteModelSpec, Weights } from '../../config/modelSpec.ts'
import type { Backend } from '../backend.ts'
import { type Dropout, dropoutOf, NO_DROPOUT } from '../dropout.ts'
import { gradientsOfGroups, type PassSums } from '../gradientsOfGroups.ts'
import { type LstmKernels, lstmKernels } from '../lstmKernels.ts'
import { addSums, type MetricSums, NO_SUMS } from '../metricSums.ts'
import { hitsOf } from '../notes/noteHits.ts'
import { type NoteLosses, noteLosses } from '../notes/noteLosses.ts'
import type { NoteNetwork, NotePass } from '../notes/notePass.ts'
import { type Group, picked, tokenGroups } from '../notes/noteRnn.ts'
import { stepProbabilitiesOf } from '../notes/noteSteps.ts'
import { spreadGradients } from '../pickedRows.ts'
import { tidied, upload } from '../tensors.ts'
import type { TrainableNetwork } from '../trainableNetwork.ts'
import { transformerForward } from './transformerPass.ts'
import type * as tfjs from '@tensorflow/tfjs'
import { itemAt } from '../../support/itemAt.ts'

/** Rows (tokens x melodies) computed at once: each head keeps the square of a melody's tokens. */
const MAX_ROWS = 4096

/**
 * A Transformer decoder in place of iteration 3.1's LSTM: the same tokens, inputs, heads and losses. It is there to be compared
 * with: it trains and is measured, but writes no melodies. Gradients are TensorFlow's own.
 */
export function noteTransformer(backend: Backend, spec: NoteModelSpec, sharers = 1): TrainableNetwork {
  const { tf } = backend
  const product: LstmKernels['product'] = (...matrices) => tf.matMul(...matrices)
  const open = { tf, spec, kernels: { ...lstmKernels(backend), product } }
  const { groups, each } = tokenGroups(Math.floor(MAX_ROWS / sharers))
  const measureEach: TrainableNetwork['measureEach'] = (weights, sequences, dropout) =>
    each(sequences, (group, n) => sumsOf({ ...open, weights }, group, dropoutOf(dropout, 'part', n)))
  return {
    sizeOf: (sequence) => noteMelody(sequence).tokens.length,
    measureEach,
    measure: (weights, sequences, dropout) => measureEach(weights, sequences, dropout).reduce(addSums, NO_SUMS),
    stepProbabilities: (weights, sequences) =>
      each(sequences, (group) =>
        tidied(tf, () => {
          const { batch, losses } = passThrough({ ...open, weights }, group, { dropout: NO_DROPOUT, valid: 1 })
          return stepProbabilitiesOf(losses, batch)
        }),
      ),
    gradients: (weights, sequences, dropout) =>
      gradientsOfGroups({ weights, sequences }, groups(sequences), (group, n, valid) =>
        gradientsOf({ ...open, weights }, group, { dropout: dropoutOf(dropout, 'part', n), valid }),
      ),
  }
}

interface Open extends Omit<NoteNetwork, 'tensors'> {
  readonly weights: Weights
}

interface Options {
  readonly dropout: Dropout
  /** Steps that the mean loss is taken over. */
  readonly valid: number
}

function sumsOf(open: Open, group: Group, dropout: Dropout): MetricSums[] {
  return tidied(open.tf, () => {
    const { network, pass, batch, losses } = passThrough(open, group, { dropout, valid: 1 })
    return hitsOf(network, pass, { losses, batch })
  })
}

/** The forward pass over a group. Call inside `tidied`. */
function passThrough({ weights, ...open }: Open, group: Group, { dropout, valid }: Options) {
  const { batch, some } = picked(group, open.spec, weights)
  const network: NoteNetwork = { ...open, tensors: upload(open.tf, some) }
  const pass = transformerForward(network, batch, dropout)
  return { network, pass, batch, losses: noteLosses(network, pass, { batch, valid }) }
}

function gradientsOf({ weights, ...open }: Open, group: Group, { dropout, valid }: Options): PassSums {
  const { tf } = open
  return tidied(tf, () => {
    const { batch, some, rows } = picked(group, open.spec, weights)
    const names = Object.keys(some)
    let sums: MetricSums[] = []
    const loss = (...given: tfjs.Tensor[]): tfjs.Scalar => {
      const network: NoteNetwork = {
        ...open,
        tensors: Object.fromEntries(names.map((name, n) => [name, itemAt(given, n)])),
      }
      const pass: NotePass = transformerForward(network, batch, dropout)
      const losses = noteLosses(network, pass, { batch, valid })
      sums = hitsOf(network, pass, { losses, batch })
      return meanLoss(tf, losses, { batch, valid })
    }
    const found = tf.grads(loss)(Object.values(upload(tf, some)))
    const gradients = Object.fromEntries(names.map((name, n) => [name, itemAt(found, n)]))
    return { sums, gradients: spreadGradients(gradients, rows, weights) }
  })
}

function meanLoss(
  tf: typeof tfjs,
  { length, rest, interval }: NoteLosses,
  { batch, valid }: { readonly batch: ReturnType<typeof picked>['batch']; readonly valid: number },
): tfjs.Scalar {
  const parts = [
    [length.losses, batch.hasLength],
    [rest.losses, batch.hasKind],
    [interval.losses, batch.hasNote],
  ] as const
  const sums = parts.map(([losses, has]) => losses.mul(tf.tensor1d(has)).sum())
  return tf.addN(sums).div(valid)
}

import type * as tfjs from '@tensorflow/tfjs'
import { DISTANCE_KINDS, type NoteBatch } from '../../dataset/noteBatches.ts'
import type { Tensors } from '../tensors.ts'
import { attendBackward, type Dense, denseBackward, distanceGradient } from './noteKernels.ts'
import type { NoteLosses } from './noteLosses.ts'
import { byMelody, byToken, type LookBack, type NoteNetwork, type NotePass, parameters } from './notePass.ts'
import type { Tensor2D, Tensor3D } from '../lstmKernels.ts'

/** A backward pass on its way: it notes the gradients it finds by name. */
interface Way extends NoteNetwork {
  readonly batch: NoteBatch
  readonly gradients: Record<string, tfjs.Tensor>
}

/** Gradients by every tensor, from those of the losses by the heads' logits. Call inside the `tf.tidy` of the forward pass. */
export function backward(
  network: NoteNetwork,
  pass: NotePass,
  { losses, batch }: { readonly losses: NoteLosses; readonly batch: NoteBatch },
): Tensors {
  const way: Way = { ...network, batch, gradients: {} }
  const byLength = denseBackward(way, pass.length, losses.length.gradient)
  const alone = byLength.add<Tensor2D>(headsBackward(way, pass, losses))
  const state = pass.meet === null ? alone : alone.add<Tensor2D>(meetBackward(way, pass.meet, losses))
  const hidden = pass.lookBack === null ? state : state.add<Tensor2D>(lookBackward(way, pass.lookBack, state))
  layersBackward(way, pass, hidden)
  return way.gradients
}

/** Gradient by the state from the meetings with the other voice: zero where each melody is alone. */
function meetBackward(way: Way, meet: Dense, { meet: byLogits }: NoteLosses): Tensor2D {
  return denseBackward(way, meet, byLogits ?? meet.output.zerosLike())
}

/** Gradient by the state from the heads of what follows. */
function headsBackward(way: Way, { following, state }: NotePass, { interval, rest }: NoteLosses): Tensor2D {
  const byInterval = denseBackward(way, following.interval, interval.gradient)
  const kept = byInterval.add<Tensor2D>(denseBackward(way, following.rest, rest.gradient))
  const joined = denseBackward(way, following.hidden, positive(kept, following.hidden))
  return joined.slice([0, 0], [-1, state.shape[1]])
}

/** A gradient by the positive part of a layer's output as one by the output. */
function positive(gradient: Tensor2D, { output }: Dense): Tensor2D {
  return gradient.mul(output.step(0))
}

/** Gradient by the LSTM's output, from that by what looking back added to it. */
function lookBackward(way: Way, { query, key, value, attended, output }: LookBack, state: Tensor2D): Tensor2D {
  const { tf, batch, gradients } = way
  const units = state.shape[1]
  const found = denseBackward(way, output, positive(state, output))
  const parts = attendBackward(tf, attended, byMelody(found.slice([0, units], [-1, -1]), batch))
  const byDistance = distanceGradient(parts.scores.dataSync<'float32'>(), batch.distances, DISTANCE_KINDS)
  gradients['attention/distance/bias'] = tf.tensor1d(byDistance)
  const byQuery = denseBackward(way, query, byToken(parts.queries))
  const byKey = denseBackward(way, key, byToken(parts.keys))
  const byValue = denseBackward(way, value, byToken(parts.values))
  const own = (rows: Tensor2D): Tensor2D => rows.slice([0, 0], [-1, units])
  return own(found).add(byQuery).add(byKey).add(own(byValue))
}

function layersBackward({ kernels, tensors, batch, gradients }: Way, { layers }: NotePass, hidden: Tensor2D): void {
  let signal = hidden.reshape<Tensor3D>([batch.steps, batch.size, -1])
  for (const [n, { tape, dropout }] of [...layers.entries()].reverse()) {
    const byOutput = dropout === null ? signal : kernels.dropout(signal, dropout)
    const found = kernels.backward(tape, ...parameters(tensors, `lstm_${n}`), byOutput, n > 0)
    gradients[`lstm_${n}/kernel`] = found.kernel
    gradients[`lstm_${n}/bias`] = found.bias
    if (found.input !== null) signal = found.input
  }
}

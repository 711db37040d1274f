import type { NoteBatch } from '../../dataset/noteBatches.ts'
import { type TargetLoss, targetLoss } from './noteKernels.ts'
import { withMeetings } from './meetings.ts'
import type { NoteNetwork, NotePass } from './notePass.ts'
import type { Tensor1D, Tensor2D } from '../lstmKernels.ts'

/** Losses of the three heads, nats, a row for each token; gradients by their logits, of the sum over rows divided by `valid`. */
export interface NoteLosses {
  readonly length: TargetLoss
  readonly rest: { readonly losses: Tensor1D; readonly gradient: Tensor2D }
  readonly interval: TargetLoss
  /** Gradient by what meetings add [rows, MEETINGS]; null where each melody is alone. */
  readonly meet: Tensor2D | null
}

/** The losses of a batch. @param valid steps that their mean is taken over. */
export function noteLosses(
  network: NoteNetwork,
  pass: NotePass,
  { batch, valid }: { readonly batch: NoteBatch; readonly valid: number },
): NoteLosses {
  const { tf } = network
  const { steps, size } = batch
  const rows = steps * size
  const weights = (has: Float32Array): Tensor1D => tf.tensor1d(has.map((counts) => counts / valid))
  const table = (values: Float32Array): Tensor2D => tf.tensor2d(values, [rows, values.length / rows])
  const intervals = pass.following.interval.output.add<Tensor2D>(table(batch.intervalMask))
  const alone = targetLoss(pass.length.output, table(batch.lengthTargets), weights(batch.hasLength))
  return {
    ...withMeetings(network, { length: alone, meet: pass.meet?.output ?? null }, { batch, valid }),
    rest: restLoss(pass.following.rest.output, tf.tensor2d(batch.restTargets, [rows, 1]), weights(batch.hasKind)),
    interval: targetLoss(intervals, table(batch.intervalTargets), weights(batch.hasNote)),
  }
}

/** Cross-entropy of one logit a row, that of a rest. */
function restLoss(logits: Tensor2D, targets: Tensor2D, weights: Tensor1D): NoteLosses['rest'] {
  const losses = logits.softplus<Tensor2D>().sub<Tensor2D>(targets.mul(logits)).reshape<Tensor1D>([-1])
  return { losses, gradient: logits.sigmoid<Tensor2D>().sub<Tensor2D>(targets).mul(weights.expandDims(1)) }
}

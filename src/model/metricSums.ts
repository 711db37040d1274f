import type { Batch } from '../dataset/batches.js'

/** What predictions add up to, so that means over many batches weigh every step alike. */
export interface MetricSums {
  /** Cross-entropy, nats. */
  readonly loss: number
  readonly steps: number
  readonly correct: number
  /** Steps whose label is not the default one. */
  readonly eventSteps: number
  readonly eventCorrect: number
}

export const NO_SUMS: MetricSums = { loss: 0, steps: 0, correct: 0, eventSteps: 0, eventCorrect: 0 }

/** The sums of both. */
export function addSums(a: MetricSums, b: MetricSums): MetricSums {
  return {
    loss: a.loss + b.loss,
    steps: a.steps + b.steps,
    correct: a.correct + b.correct,
    eventSteps: a.eventSteps + b.eventSteps,
    eventCorrect: a.eventCorrect + b.eventCorrect,
  }
}

/** Sums over a batch's valid steps, from each step's loss and its likeliest class. */
export function sumsOf(
  batch: Pick<Batch, 'labels' | 'mask'>,
  losses: ArrayLike<number>,
  predicted: ArrayLike<number>,
  defaultLabel: number,
): MetricSums {
  const sums = { loss: 0, steps: 0, correct: 0, eventSteps: 0, eventCorrect: 0 }
  batch.labels.forEach((label, row) => {
    if (batch.mask[row] === 0) return
    const correct = predicted[row] === label ? 1 : 0
    sums.loss += losses[row] as number
    sums.steps += 1
    sums.correct += correct
    if (label === defaultLabel) return
    sums.eventSteps += 1
    sums.eventCorrect += correct
  })
  return sums
}

import type { Batch } from '../dataset/batches.ts'
import { itemAt } from '../support/itemAt.ts'

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

/** The sums over no steps. */
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

/** The same, of each of the batch's sequences by itself, in their order. */
export function sumsOfEach(
  batch: Pick<Batch, 'labels' | 'mask' | 'size'>,
  losses: ArrayLike<number>,
  predicted: ArrayLike<number>,
  defaultLabel: number,
): MetricSums[] {
  const each = Array.from({ length: batch.size }, () => ({ ...NO_SUMS }))
  batch.labels.forEach((label, row) => {
    if (batch.mask[row] === 0) return
    addStep(itemAt(each, row % batch.size), itemAt(losses, row), predicted[row] === label, label === defaultLabel)
  })
  return each
}

/** Sums over a batch's valid steps, from each step's loss and its likeliest class. */
export function sumsOf(
  batch: Pick<Batch, 'labels' | 'mask'>,
  losses: ArrayLike<number>,
  predicted: ArrayLike<number>,
  defaultLabel: number,
): MetricSums {
  const sums = { ...NO_SUMS }
  batch.labels.forEach((label, row) => {
    if (batch.mask[row] === 0) return
    addStep(sums, itemAt(losses, row), predicted[row] === label, label === defaultLabel)
  })
  return sums
}

/** Adds one prediction to `sums`. @param loss nats. @param isDefault whether its label is the default one. */
export function addStep(
  sums: { -readonly [Sum in keyof MetricSums]: number },
  loss: number,
  correct: boolean,
  isDefault: boolean,
): void {
  sums.loss += loss
  sums.steps += 1
  if (correct) sums.correct += 1
  if (isDefault) return
  sums.eventSteps += 1
  if (correct) sums.eventCorrect += 1
}

import { z } from 'zod'
import type { MetricSums } from '../model/metricSums.ts'
import { measured, type Stored } from '../support/stored.ts'

/**
 * How well a model predicts, as means over valid steps. Loss in nats per step; perplexity = exp(loss); accuracies in 0-1.
 * A ratio with an empty denominator is NaN (stored as null in JSON), never 0.
 */
export const metricsSchema = z.object({
  loss: measured,
  perplexity: measured,
  accuracy: measured,
  /** Accuracy on steps whose label is not the default one. */
  eventAccuracy: measured,
  /** Accuracy on steps whose label is the default one ("no event"). */
  noEventAccuracy: measured,
  /** Valid steps the means were taken over. */
  steps: z.number(),
})
export type Metrics = Stored<typeof metricsSchema>

/** A row of a run's `metrics.jsonl`. */
export const metricRowSchema = metricsSchema.extend({
  /** `test`: measured on the validation side. Published files have this name, so it stays; what is shown says validation. */
  kind: z.enum(['train', 'test']),
  /** Optimizer steps made when it was taken, counted from the first ancestor's scratch. */
  step: z.number(),
  /** Seconds of training so far in this run, pauses not counted. */
  seconds: z.number(),
  /** Of training rows: Adam's rate at this step, and the norm of all gradients together before they were clipped. */
  learningRate: z.number().exactOptional(),
  gradientNorm: z.number().exactOptional(),
})
export type MetricRow = Stored<typeof metricRowSchema>

/**
 * The means that sums stand for; a mean over no steps is NaN.
 * @example metricsOf({ loss: 3, steps: 2, correct: 1, eventSteps: 0, eventCorrect: 0 }).loss // 1.5
 */
export function metricsOf({ loss, steps, correct, eventSteps, eventCorrect }: MetricSums): Metrics {
  return {
    loss: loss / steps,
    perplexity: Math.exp(loss / steps),
    accuracy: correct / steps,
    eventAccuracy: eventCorrect / eventSteps,
    noEventAccuracy: (correct - eventCorrect) / (steps - eventSteps),
    steps,
  }
}

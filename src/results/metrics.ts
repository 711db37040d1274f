import type { MetricSums } from '../model/metricSums.ts'

/**
 * How well a model predicts, as means over valid steps. Loss in nats a step; perplexity = exp(loss); accuracies in 0-1.
 * A ratio with an empty denominator is NaN (stored as null in JSON), never 0.
 */
export interface Metrics {
  readonly loss: number
  readonly perplexity: number
  readonly accuracy: number
  /** Accuracy on steps whose label is not the default one. */
  readonly eventAccuracy: number
  /** Accuracy on steps whose label is the default one ("no event"). */
  readonly noEventAccuracy: number
  /** Valid steps the means were taken over. */
  readonly steps: number
}

/** A row of a run's `metrics.jsonl`. */
export interface MetricRow extends Metrics {
  readonly kind: 'train' | 'test'
  /** Optimizer steps made when it was taken, counted from the first ancestor's scratch. */
  readonly step: number
  /** Seconds of training so far in this run, pauses not counted. */
  readonly seconds: number
  /** Of training rows: Adam's rate at this step, and the norm of all gradients together before they were clipped. */
  readonly learningRate?: number
  readonly gradientNorm?: number
}

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

import type { Sequence } from '../dataset/batches.ts'
import type { NamedTensor, Weights } from '../config/modelSpec.ts'
import type { Dropout } from '../model/dropout.ts'
import type { MetricSums } from '../model/metricSums.ts'

/** Loss, hits and the gradients of the mean loss over all steps of the sequences. */
export interface BatchGradients {
  readonly sums: MetricSums
  readonly gradients: Record<string, NamedTensor>
}

/** What computes gradients, in one thread or many. */
export interface GradientSource {
  gradients(weights: Weights, sequences: readonly Sequence[], dropout: Dropout): Promise<BatchGradients>
  close(): Promise<void>
}

import type { Sequence } from '../dataset/batches.ts'
import type { NamedTensor, Weights } from '../config/modelSpec.ts'
import type { Dropout } from './dropout.ts'
import type { MetricSums } from './metricSums.ts'

/** What training and evaluation ask of a network, whatever it reads. */
export interface TrainableNetwork {
  /** Rows that a sequence takes in a batch: steps, or notes and rests. */
  sizeOf(sequence: Sequence): number
  /** Loss and hits over the sequences' steps. */
  measure(weights: Weights, sequences: readonly Sequence[], dropout: Dropout): MetricSums
  /** The same of each sequence by itself, in their order. */
  measureEach(weights: Weights, sequences: readonly Sequence[], dropout: Dropout): MetricSums[]
  /** Of each sequence the probability that is given to what comes at each of its steps, dropout off; in their order. */
  stepProbabilities(weights: Weights, sequences: readonly Sequence[]): Float64Array[]
  /** Loss and hits as `measure`, with the gradients of the mean loss over all steps of all the sequences. */
  gradients(
    weights: Weights,
    sequences: readonly Sequence[],
    dropout: Dropout,
  ): { sums: MetricSums; gradients: Record<string, NamedTensor> }
}

import { setImmediate } from 'node:timers/promises'
import { encodable, groupsOfAtMost, sequencesOf } from '../dataset/batches.js'
import { openBackend } from '../model/backend.js'
import type { Dropout } from '../model/lstmKernels.js'
import { melodyRnn, NO_DROPOUT } from '../model/melodyRnn.js'
import { addSums, NO_SUMS } from '../model/metricSums.js'
import type { ModelSpec, Weights } from '../model/modelSpec.js'
import type { Effects } from '../support/effects.js'
import { InterruptedError } from '../support/errors.js'
import { seedFrom } from '../support/random.js'
import type { Metrics } from '../training/metrics.js'
import { metricsOf } from '../training/metrics.js'

export interface EvaluationOptions {
  /** Magenta leaves dropout on when it evaluates; this reproduces that. Off by default. */
  readonly dropoutInEvaluation?: Dropout
}

/** Padded steps a piece of the work holds: what memory and the wait for Ctrl-C are bounded by. */
const ROWS_AT_ONCE = 16_384

/**
 * How well a model predicts melodies it may not have seen: every melody whole and from a zero state, every step weighing
 * the same, dropout off. Melodies are batched by length; memory does not grow with their number.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function evaluate(
  spec: ModelSpec,
  weights: Weights,
  melodies: readonly (readonly number[])[],
  effects: Effects,
  { dropoutInEvaluation = NO_DROPOUT }: EvaluationOptions = {},
): Promise<Metrics> {
  const model = melodyRnn(await openBackend(), spec)
  const sequences = sequencesOf(encodable(melodies, model.encoding), 'whole')
  const bar = effects.reporter.bar('Evaluating on held-out melodies', sequences.length, 'melodies')
  let sums = NO_SUMS
  let done = 0
  try {
    for (const [part, group] of groupsOfAtMost(sequences, ROWS_AT_ONCE).entries()) {
      if (effects.signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to do it again')
      sums = addSums(sums, model.measure(weights, group, seeded(dropoutInEvaluation, part)))
      bar.update((done += group.length))
      await setImmediate()
    }
  } finally {
    bar.stop()
  }
  return metricsOf(sums)
}

function seeded({ keepProbability, seed }: Dropout, part: number): Dropout {
  return { keepProbability, seed: seedFrom(seed, 'evaluation', part) }
}

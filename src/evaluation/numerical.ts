import { setImmediate } from 'node:timers/promises'
import { groupsOfAtMost, isEncodable, type Sequence, type Tune, wholeSequences } from '../dataset/batches.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { likeliest, logProbability } from '../generation/decode.ts'
import { isPitch } from '../melody/melody.ts'
import { openBackend } from '../model/backend.ts'
import { openNetwork } from '../model/openNetwork.ts'
import { openStepper } from '../model/openStepper.ts'
import { type Dropout, NO_DROPOUT } from '../model/dropout.ts'
import { addStep, addSums, type MetricSums, NO_SUMS } from '../model/metricSums.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { quietEffects } from '../support/quietEffects.ts'
import { seedFrom } from '../support/random.ts'
import { type Metrics, metricsOf } from '../results/metrics.ts'
import type { StepCosts } from './stepCosts.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'

/** Options of the evaluation. */
export interface EvaluationOptions {
  /** Magenta leaves dropout on when it evaluates; this reproduces that. Off by default. Not for the portable engine. */
  readonly dropoutInEvaluation?: Dropout
  /** `portable`: one step at a time in plain arithmetic, the same bits on every machine, and some fifty times slower. */
  readonly engine?: 'backend' | 'portable'
}

/** What a model makes of one melody: sums, so that any set of melodies can be put together. */
export interface MelodyScore extends MetricSums {
  /** Notes that begin on the steps it was asked about. */
  readonly noteOns: number
  /** What each step cost, where that was kept. */
  readonly costs?: StepCosts
}

/** The score of a melody of less than two events, which has no step to predict. */
const NO_SCORE: MelodyScore = { ...NO_SUMS, noteOns: 0 }

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
  melodies: readonly Tune[],
  effects: Effects = quietEffects(),
  options: EvaluationOptions = {},
): Promise<Metrics> {
  return metricsOf((await evaluateEach(spec, weights, melodies, effects, options)).reduce(addSums, NO_SUMS))
}

/**
 * The same of each melody by itself, in their order.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function evaluateEach(
  spec: ModelSpec,
  weights: Weights,
  melodies: readonly Tune[],
  effects: Effects,
  { dropoutInEvaluation = NO_DROPOUT, engine = 'backend' }: EvaluationOptions = {},
): Promise<MelodyScore[]> {
  const encoding = eventEncoding(spec)
  const sequences = wholeSequences(melodies, encoding)
  const measure = await (engine === 'portable' ? portableMeasure(spec, weights) : backendMeasure(spec, weights))
  const bar = effects.reporter.bar('Evaluating melodies', sequences.length, 'melodies')
  const scores = new Map<Sequence, MelodyScore>()
  try {
    for (const [part, group] of groupsOfAtMost(sequences, ROWS_AT_ONCE).entries()) {
      if (effects.signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to repeat it')
      const sums = measure(group, seeded(dropoutInEvaluation, part))
      group.forEach((sequence, n) => scores.set(sequence, { ...itemAt(sums, n), noteOns: noteOnsOf(sequence) }))
      bar.update(scores.size)
      await setImmediate()
    }
  } finally {
    bar.stop()
  }
  let asked = 0
  return melodies.map(({ events }) => (isEncodable(events) ? valueAt(scores, itemAt(sequences, asked++)) : NO_SCORE))
}

type Measure = (sequences: readonly Sequence[], dropout: Dropout) => MetricSums[]

async function backendMeasure(spec: ModelSpec, weights: Weights): Promise<Measure> {
  const model = openNetwork(await openBackend(), spec)
  return (sequences, dropout) => model.measureEach(weights, sequences, dropout)
}

function portableMeasure(spec: ModelSpec, weights: Weights): Measure {
  const encoding = eventEncoding(spec)
  const stepper = openStepper(spec, weights)
  const row = new Float32Array(encoding.inputSize)
  return (sequences) =>
    sequences.map(({ events, length, grid }) => {
      const sums = { ...NO_SUMS }
      let state = stepper.initialState(grid)
      for (let position = 0; position < length; position++) {
        encoding.writeInput(events, position, row)
        const stepped = stepper.step(state, row)
        state = stepped.state
        const label = encoding.label(events, position + 1)
        const loss = -logProbability(stepped.logits, label, 1)
        addStep(sums, loss, likeliest(stepped.logits) === label, label === encoding.defaultEventLabel)
      }
      return sums
    })
}

/** Notes that begin on the labels' steps: all but on the first event, which is given. */
function noteOnsOf({ events, start, length }: Sequence): number {
  return events.slice(start + 1, start + length + 1).filter(isPitch).length
}

function seeded({ keepProbability, seed }: Dropout, part: number): Dropout {
  return { keepProbability, seed: seedFrom(seed, 'evaluation', part) }
}

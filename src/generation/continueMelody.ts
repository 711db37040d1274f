import { eventEncoding, inputRow, type MelodyEncoding } from '../dataset/encoding.ts'
import { squash, transpose } from '../melody/transform.ts'
import type { Stepped, Stepper, StepState } from '../model/inference.ts'
import { openStepper } from '../model/openStepper.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import type { BarGrid } from '../dataset/noteInputs.ts'
import type { Random } from '../support/random.ts'
import { type BeamEntry, beamSearch } from './beamSearch.ts'
import { type Decoding, decodeStep, logProbability } from './decode.ts'
import type { Metre } from './primers.ts'

/** A network together with the encoding of its inputs and labels. */
export interface MelodyModel {
  readonly spec: ModelSpec
  readonly encoding: MelodyEncoding
  readonly stepper: Stepper
}

/** A model that continues melodies, from its published weights. Runs in a browser, unless with a stepper that does not. */
export function createMelodyModel(
  spec: ModelSpec,
  weights: Weights,
  stepper: Stepper = openStepper(spec, weights),
): MelodyModel {
  return { spec, encoding: eventEncoding(spec), stepper }
}

/** How a melody is continued. */
export interface ContinuationOptions extends Decoding {
  /** Steps of the whole melody, what it is conditioned on included. */
  readonly totalSteps: number
  readonly beamSize: number
  readonly branchFactor: number
  readonly stepsPerIteration: number
  /** Metre of the melody, an input of networks of notes; absent = 4/4. */
  readonly timeSignature?: Metre
  /**
   * Called after each step of the search, to show progress, to let others run or to stop by throwing. `settled` gives the
   * melody as far as every candidate agrees on it: what the search will not change any more.
   */
  readonly onStep?: (stepsDone: number, settled: () => number[]) => void | Promise<void>
}

/** One draw per step: no beam, no cut. */
export const plainSampling: Omit<ContinuationOptions, 'totalSteps'> = {
  temperature: 1,
  topK: null,
  topP: null,
  beamSize: 1,
  branchFactor: 1,
  stepsPerIteration: 1,
}

/** A continued melody with its log-likelihood. */
export interface Continuation {
  /** What the model was conditioned on and what it made of it: `totalSteps` events. */
  readonly events: readonly number[]
  /** The search's score: log p at the temperature, from the second event on, summed in float32 as Magenta does. */
  readonly score: number
  /** Nats, of the continuation alone at temperature 1. */
  readonly logLikelihood: number
}

interface Listener {
  readonly state: StepState
  /** The input row of the sequence's last event, not yet taken by the network. */
  readonly input: Float32Array
}

/**
 * Continues `conditionedOn`, which must hold an event and be shorter than `totalSteps`. Models of a narrower range work on
 * the melody squashed into it; the result is moved back. One draw from `random` a candidate and step, in the beam's order.
 * @throws RangeError when there is nothing to continue or nothing to add.
 * @example (await continueMelody(model, [60, -1, -2], { ...plainSampling, totalSteps: 128 }, mulberry32(1))).events
 */
export async function continueMelody(
  model: MelodyModel,
  conditionedOn: readonly number[],
  options: ContinuationOptions,
  random: Random,
): Promise<Continuation> {
  const { totalSteps, beamSize, branchFactor, stepsPerIteration } = options
  if (conditionedOn.length === 0 || conditionedOn.length >= totalSteps)
    throw new RangeError(`cannot continue ${conditionedOn.length} events to a total of ${totalSteps} steps`)
  const { minNote, maxNote, transposeToKey } = model.encoding
  const squashed = squash(conditionedOn, minNote, maxNote, transposeToKey)
  let done = 0
  const best = await beamSearch<Listener>({
    initial: listenTo(model, squashed.events, options),
    step: async (entries) => {
      const stepped = model.stepper.stepMany(
        entries.map((entry) => entry.state.state),
        entries.map((entry) => entry.state.input),
      )
      const extended = entries.map((entry, n) => extend(model, entry, stepped[n]!, options, random))
      await options.onStep?.(++done, () => transpose(agreed(extended), -squashed.transpose))
      return extended
    },
    steps: totalSteps - conditionedOn.length,
    beamSize,
    branchFactor,
    stepsPerIteration,
  })
  return {
    events: transpose(best.sequence, -squashed.transpose),
    score: best.score,
    logLikelihood: logLikelihood(model, best.sequence, {
      from: conditionedOn.length,
      timeSignature: options.timeSignature,
    }),
  }
}

/** The bar lines of a metre on sixteenths; undefined, for 4/4, where the bar has no whole number of them. */
export function gridOf(timeSignature: Metre | undefined): BarGrid | undefined {
  if (timeSignature === undefined) return undefined
  const stepsPerBar = (16 * timeSignature.numerator) / timeSignature.denominator
  return Number.isInteger(stepsPerBar) ? { stepsPerBar } : undefined
}

/** The entry a search starts from: its score is the log-likelihood of the events after the first. */
function listenTo(
  model: MelodyModel,
  events: readonly number[],
  { temperature, timeSignature }: Pick<ContinuationOptions, 'temperature' | 'timeSignature'>,
): BeamEntry<Listener> {
  let state = model.stepper.initialState(gridOf(timeSignature))
  let score = 0
  for (let position = 0; position < events.length - 1; position++) {
    const stepped = model.stepper.step(state, inputRow(model.encoding, events, position))
    state = stepped.state
    score += logProbability(stepped.logits, model.encoding.label(events, position + 1), temperature || 1)
  }
  return { sequence: events, state: { state, input: inputRow(model.encoding, events, events.length - 1) }, score }
}

function extend(
  model: MelodyModel,
  entry: BeamEntry<Listener>,
  stepped: Stepped,
  decoding: Decoding,
  random: Random,
): BeamEntry<Listener> {
  const { label, logProbability } = decodeStep(stepped, decoding, random)
  const sequence = [...entry.sequence, model.encoding.event(label, entry.sequence)]
  const input = inputRow(model.encoding, sequence, sequence.length - 1)
  return { sequence, state: { state: stepped.state, input }, score: Math.fround(entry.score + logProbability) }
}

/** The events that all candidates begin with. */
function agreed(entries: readonly BeamEntry<Listener>[]): readonly number[] {
  const [first, ...others] = entries.map(({ sequence }) => sequence)
  const differs = (first ?? []).findIndex((event, step) => others.some((sequence) => sequence[step] !== event))
  return differs < 0 ? (first ?? []) : (first ?? []).slice(0, differs)
}

/**
 * Log-likelihood, in nats at temperature 1, of the events from `from` (at least 1) to the end, given all before them. The
 * events must lie in the model's range (`squash`). 0 when there is none.
 */
export function logLikelihood(
  model: MelodyModel,
  events: readonly number[],
  { from = 1, timeSignature }: { readonly from?: number; readonly timeSignature?: Metre | undefined } = {},
): number {
  let state = model.stepper.initialState(gridOf(timeSignature))
  let sum = 0
  for (let position = 1; position < events.length; position++) {
    const stepped = model.stepper.step(state, inputRow(model.encoding, events, position - 1))
    state = stepped.state
    if (position >= from) sum += logProbability(stepped.logits, model.encoding.label(events, position), 1)
  }
  return sum
}

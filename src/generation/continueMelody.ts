import { eventEncoding, inputRow, type MelodyEncoding } from '../dataset/encoding.ts'
import { isPitch } from '../melody/melody.ts'
import { squash, transpose } from '../melody/transform.ts'
import type { Stepped, Stepper, StepState } from '../model/inference.ts'
import { openStepper } from '../model/openStepper.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import type { BarGrid } from '../dataset/noteInputs.ts'
import type { Random } from '../support/random.ts'
import { type BeamEntry, beamSearch, beamSearchToEnd } from './beamSearch.ts'
import type { Control, ControlCost } from '../results/control.ts'
import { checkControl } from './control/checkControl.ts'
import { type Controller, createController } from './control/controller.ts'
import { type Decoding, decodeStep, logProbability } from './decode.ts'
import type { Metre } from './primers.ts'
import { extendByToken, type TokenCandidate } from './tokenBeam.ts'
import { itemAt } from '../support/itemAt.ts'

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
  /** Steps between two prunings; with a network of notes, notes and rests. */
  readonly stepsPerIteration: number
  /** Metre of the melody, an input of networks of notes; absent = 4/4. */
  readonly timeSignature?: Metre
  /** What the melody is held to; only for single draws, without a beam. */
  readonly control?: Control
  /**
   * Called after each step of the search with the steps that every candidate has, to show progress, to let others run or to stop by throwing. `settled` gives the
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
  /** What control cost; absent without. */
  readonly controlCost?: ControlCost
}

interface Listener {
  readonly state: StepState
  /** The input row of the sequence's last event, not yet taken by the network. */
  readonly input: Float32Array
}

/**
 * Continues `conditionedOn`, which must hold an event and be shorter than `totalSteps`. Models of a narrower range work on
 * the melody squashed into it; the result is moved back. One draw from `random` per candidate and step, in the beam's order; a
 * network of notes with a beam draws once for each length and once for what follows it.
 * @throws RangeError when there is nothing to continue or nothing to add. ControlError for controls that cannot be met.
 * @example (await continueMelody(model, [60, -1, -2], { ...plainSampling, totalSteps: 128 }, mulberry32(1))).events
 */
export async function continueMelody(
  model: MelodyModel,
  conditionedOn: readonly number[],
  options: ContinuationOptions,
  random: Random,
): Promise<Continuation> {
  const { totalSteps } = options
  if (conditionedOn.length === 0 || conditionedOn.length >= totalSteps)
    throw new RangeError(`cannot continue ${conditionedOn.length} events to a total of ${totalSteps} steps`)
  const { minNote, maxNote, transposeToKey } = model.encoding
  const squashed = squash(conditionedOn, minNote, maxNote, transposeToKey)
  const controller = controllerOf(model, conditionedOn, { ...options, moved: squashed.transpose })
  const search: Search = { model, options, random, given: squashed.events, moved: squashed.transpose, controller }
  const candidates = options.beamSize * options.branchFactor
  const best = await (candidates > 1 && drawsTokens(model) ? searchTokens(search) : searchSteps(search))
  return {
    events: transpose(best.sequence, -squashed.transpose),
    score: best.score,
    logLikelihood: logLikelihood(model, best.sequence, {
      from: conditionedOn.length,
      timeSignature: options.timeSignature,
    }),
    ...(controller === null ? {} : { controlCost: controller.cost() }),
  }
}

function controllerOf(
  { encoding: { minNote, maxNote } }: MelodyModel,
  given: readonly number[],
  options: ContinuationOptions & { readonly moved: number },
): Controller | null {
  const { control, totalSteps, timeSignature, moved } = options
  if (control === undefined || Object.keys(control).length === 0) return null
  checkControl(control, options)
  const metre = timeSignature === undefined ? {} : { timeSignature }
  return createController(control, { given, totalSteps, ...metre, reach: [minNote - moved, maxNote - moved] })
}

interface Search {
  readonly model: MelodyModel
  readonly options: ContinuationOptions
  readonly random: Random
  /** What is continued, in the model's range, and by how much it was moved there. */
  readonly given: readonly number[]
  readonly moved: number
  /** Null = draws as the model has it. */
  readonly controller: Controller | null
}

type Found = Pick<BeamEntry<unknown>, 'sequence' | 'score'>

/** Whether a model draws whole notes: a network of notes does, a mixture of two only events. */
function drawsTokens({ stepper }: MelodyModel): boolean {
  const { events, both } = stepper.initialState()
  return events !== undefined && both === undefined
}

/** A search that extends all candidates by one step at a time. */
function searchSteps(search: Search): Promise<Found> {
  const { model, options, given, moved } = search
  let done = 0
  return beamSearch<Listener>({
    ...options,
    initial: listenTo(model, given, options),
    steps: options.totalSteps - given.length,
    step: async (entries) => {
      const stepped = model.stepper.stepMany(
        entries.map((entry) => entry.state.state),
        entries.map((entry) => entry.state.input),
      )
      const extended = entries.map((entry, n) => extend(search, entry, itemAt(stepped, n)))
      await options.onStep?.(++done, () => transpose(agreed(extended), -moved))
      return extended
    },
  })
}

/**
 * A search that extends all candidates by one note or rest at a time, with a network of notes: a candidate that holds a note is
 * compared with others once that note has ended.
 */
async function searchTokens({ model, options, random, given, moved }: Search): Promise<Found> {
  const { state, score } = listenTo(model, given, options)
  const { totalSteps } = options
  const beam = { ...model, decoding: options, totalSteps, random }
  let done = 0
  const { sequence, state: best } = await beamSearchToEnd<TokenCandidate>({
    ...options,
    initial: { sequence: given, state: { ...state, sum: 0, added: 0 }, score: 0 },
    isComplete: ({ sequence }) => sequence.length >= totalSteps,
    step: async (entries) => {
      const extended = extendByToken(beam, entries)
      done = Math.max(done, Math.min(...extended.map(({ state }) => state.added)))
      await options.onStep?.(done, () => transpose(agreed(extended), -moved))
      return extended
    },
  })
  await options.onStep?.(best.added, () => transpose(sequence, -moved))
  return { sequence, score: Math.fround(score + best.sum) }
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

function extend(search: Search, entry: BeamEntry<Listener>, stepped: Stepped): BeamEntry<Listener> {
  const { event, logProbability } = nextEvent(search, entry.sequence, stepped)
  const sequence = [...entry.sequence, event]
  const input = inputRow(search.model.encoding, sequence, sequence.length - 1)
  return { sequence, state: { state: stepped.state, input }, score: Math.fround(entry.score + logProbability) }
}

/** Draws what follows a sequence, in the model's range. */
function nextEvent(
  { model: { encoding }, options, random, moved, controller }: Search,
  sequence: readonly number[],
  stepped: Stepped,
): { readonly event: number; readonly logProbability: number } {
  if (controller === null) {
    const { label, logProbability } = decodeStep(stepped, options, random)
    return { event: encoding.event(label, sequence), logProbability }
  }
  const shifted = (event: number, semitones: number): number => (isPitch(event) ? event + semitones : event)
  const eventOf = (label: number): number => shifted(encoding.event(label, sequence), -moved)
  const { event, logProbability } = controller.draw({ stepped, eventOf, decoding: options }, random)
  return { event: shifted(event, moved), logProbability }
}

/** The events that all candidates begin with. */
function agreed(entries: readonly BeamEntry<unknown>[]): readonly number[] {
  const [first, ...others] = entries.map(({ sequence }) => sequence)
  const differs = (first ?? []).findIndex((event, step) => others.some((sequence) => sequence[step] !== event))
  return differs < 0 ? (first ?? []) : (first ?? []).slice(0, differs)
}

/** Of which events the surprise is asked. */
export interface SurpriseOptions {
  /** The first event that counts, at least 1. */
  readonly from?: number
  readonly timeSignature?: Metre | undefined
}

/**
 * Log-likelihood, in nats at temperature 1, of the events from `from` (at least 1) to the end, given all before them. The
 * events must lie in the model's range (`squash`). 0 when there is none.
 */
export const logLikelihood = (model: MelodyModel, events: readonly number[], options: SurpriseOptions = {}): number =>
  surprises(model, events, options).reduce((sum, nats) => sum - nats, 0)

/**
 * How much each event from `from` (at least 1) to the end surprises the model that has read all before it: minus the logarithm
 * of its probability, in nats. Their mean is the loss.
 * @example surprises(model, [60, -2, 62]) // two numbers, of the hold and of the D
 */
export function surprises(
  model: MelodyModel,
  events: readonly number[],
  { from = 1, timeSignature }: SurpriseOptions = {},
): number[] {
  let state = model.stepper.initialState(gridOf(timeSignature))
  const found: number[] = []
  for (let position = 1; position < events.length; position++) {
    const stepped = model.stepper.step(state, inputRow(model.encoding, events, position - 1))
    state = stepped.state
    if (position >= from) found.push(-logProbability(stepped.logits, model.encoding.label(events, position), 1))
  }
  return found
}

import type { Control, ControlCost, Rewrite } from '../results/control.ts'
import type { Engine } from '../results/sidecar.ts'
import { melodyFromEvents } from '../melody/melody.ts'
import { melodyToNoteSequence } from '../melody/melodyToNoteSequence.ts'
import { writeMidi } from '../score/writeMidi.ts'
import { mulberry32 } from '../support/random.ts'
import { continueMany } from './continueMany.ts'
import type { Metre } from './primers.ts'
import { continueMelody, type ContinuationOptions, type MelodyModel } from './continueMelody.ts'
import { rewriteBars } from './rewriteBars.ts'
import { itemAt } from '../support/itemAt.ts'

/** All that decides a generated melody besides the weights. Part of every sidecar. Runs in a browser. */
export interface Recipe {
  readonly conditionedOn: readonly number[]
  readonly seed: number
  readonly temperature: number
  /** Of lengths, by a network that reads notes; absent = the same. */
  readonly rhythmTemperature?: number
  readonly topK: number | null
  readonly topP: number | null
  readonly beamSize: number
  readonly branchFactor: number
  readonly stepsPerIteration: number
  readonly totalSteps: number
  /** Absent = portable. */
  readonly engine?: Engine
  readonly qpm: number
  /** Metre written to the MIDI file; absent = 4/4. */
  readonly timeSignature?: Metre
  /** What the melody is held to; absent = nothing. */
  readonly control?: Control
  /** Bars that are drawn again; absent = the melody is continued. */
  readonly rewrite?: Rewrite
}

/** A composed melody: events and MIDI bytes. */
export interface Composition {
  readonly events: readonly number[]
  /** Nats, of the continuation at temperature 1. */
  readonly logLikelihood: number
  readonly midi: Uint8Array
  /** What control cost; absent without. */
  readonly controlCost?: ControlCost
}

/**
 * The melody of a recipe, as events and MIDI bytes: the same on every machine for the same weights.
 * @example (await compose(model, sidecar)).midi
 */
export async function compose(
  model: MelodyModel,
  recipe: Recipe,
  onStep?: ContinuationOptions['onStep'],
): Promise<Composition> {
  const options = onStep === undefined ? recipe : { ...recipe, onStep }
  const random = mulberry32(recipe.seed)
  const { rewrite } = recipe
  const made = await (rewrite === undefined
    ? continueMelody(model, recipe.conditionedOn, options, random)
    : rewriteBars(model, { ...options, rewrite }, random))
  const { events, logLikelihood, controlCost } = made
  const midi = melodyMidi(events, recipe.qpm, recipe.timeSignature)
  return { events, logLikelihood, midi, ...(controlCost === undefined ? {} : { controlCost }) }
}

/** Melodies of recipes that draw plainly, made side by side. */
export async function composeMany(
  model: MelodyModel,
  recipes: readonly Recipe[],
  onStep?: (stepsDone: number) => void | Promise<void>,
): Promise<Composition[]> {
  const made = await continueMany(model, recipes, onStep)
  return made.map(({ events, logLikelihood }, n) => ({
    events,
    logLikelihood,
    midi: melodyMidi(events, itemAt(recipes, n).qpm, itemAt(recipes, n).timeSignature),
  }))
}

/** A melody from step 0 as the bytes of a MIDI file, by default in 4/4; an empty or silent one gives a file without notes. */
export function melodyMidi(events: readonly number[], qpm: number, timeSignature?: Metre): Uint8Array {
  const performance = timeSignature === undefined ? { qpm } : { qpm, timeSignature }
  return writeMidi(melodyToNoteSequence(melodyFromEvents(events), performance))
}

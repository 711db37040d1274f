import { COMMON_TIME } from '../../dataset/noteInputs.ts'
import { isPitch, NO_EVENT, NOTE_OFF } from '../../melody/melody.ts'
import { pitchName } from '../../melody/pitchName.ts'
import { PITCHES } from '../../dataset/tokenClasses.ts'
import type { Stepped } from '../../model/inference.ts'
import { log } from '../../model/portableMath.ts'
import { LEAST_PROBABILITY } from '../../model/tokenDistribution.ts'
import type { Control, ControlCost } from '../../results/control.ts'
import type { Random } from '../../support/random.ts'
import { cut } from '../../model/cut.ts'
import { type Decoding, inverseCdf, softmax } from '../decode.ts'
import {
  type Adjustment,
  adjusted,
  type ControlPart,
  type EventView,
  HOLD,
  NOTE,
  OFF,
  pitchWeights,
} from './adjustment.ts'
import { ControlError } from './checkControl.ts'
import { keyPart } from './key.ts'
import { pitchesPart, rhythmPart } from './locks.ts'
import { metreAccentPart, stepsOfBar } from './metreAccent.ts'
import { nothingPlayed, type Played, played } from './played.ts'
import { repetitionPart } from './repetition.ts'
import { densityPart, rangePart, stepwisePart } from './tilts.ts'
import { itemAt } from '../../support/itemAt.ts'

/** What a controller knows of the melody. */
export interface ControlledMelody {
  /** What is continued. */
  readonly given: readonly number[]
  /** Steps of the whole melody. */
  readonly totalSteps: number
  /** Absent = 4/4. */
  readonly timeSignature?: { readonly numerator: number; readonly denominator: number }
  /** The lowest pitch that the model has here, and the first above those it has; absent = all of MIDI. */
  readonly reach?: readonly [least: number, above: number]
}

/** A step of a model as a controller draws from it. */
export interface ControlledStep {
  readonly stepped: Stepped
  /** The event that a label means here, in the melody's own pitches. */
  readonly eventOf: (label: number) => number
  readonly decoding: Decoding
}

/** An event that was drawn under control. */
export interface ControlledDraw {
  readonly event: number
  /** Nats, in the model's own distribution at the temperature, without control. */
  readonly logProbability: number
}

/**
 * Holds a melody to what is asked, event by event. Each draw multiplies the model's probabilities by the weights of all controls; its
 * cost is the Kullback-Leibler divergence of the distribution it was made from, from the model's own at the same temperature before
 * any cut: what the model is surprised by it, on average, beyond what it is surprised by itself. Runs in a browser.
 */
export interface Controller {
  /** Draws the next event and takes it in. One draw from `random`. */
  draw(step: ControlledStep, random: Random): ControlledDraw
  /** What the draws have cost so far. */
  cost(): ControlCost
}

/** The parts of a control, for a melody in this metre. */
export function controlParts(control: Control, timeSignature?: ControlledMelody['timeSignature']): ControlPart[] {
  const { key, accent, rhythm, pitches, density, range, stepwise, repetition } = control
  const metre = timeSignature ?? { numerator: 4, denominator: 4 }
  const bar = stepsOfBar(metre)
  const stepsPerBar = Number.isInteger(bar) ? bar : COMMON_TIME.stepsPerBar
  return [
    ...(key === undefined ? [] : [keyPart(key)]),
    ...(accent === undefined || accent === 0 || !Number.isInteger(bar) ? [] : [metreAccentPart(metre, accent)]),
    ...(rhythm === undefined ? [] : [rhythmPart(rhythm, stepsPerBar)]),
    ...(pitches === undefined ? [] : [pitchesPart(pitches)]),
    ...(density === undefined ? [] : [densityPart(density)]),
    ...(range === undefined ? [] : [rangePart(range)]),
    ...(stepwise === undefined ? [] : [stepwisePart(stepwise)]),
    ...(repetition === undefined ? [] : [repetitionPart(repetition)]),
  ]
}

/** A controller of a melody that begins with what is given. */
export function createController(control: Control, melody: ControlledMelody): Controller {
  const { given, totalSteps, timeSignature, reach = [0, PITCHES] } = melody
  const parts = controlParts(control, timeSignature)
  const within = withinReach(control, reach)
  const eachNats = parts.map(() => 0)
  let nats = 0
  let now: Played = given.reduce(played, nothingPlayed({ from: given.length, totalSteps }))
  return {
    draw(step, random) {
      const adjustments = parts.map(({ adjust }) => adjust(now))
      const view = viewOf(step)
      const controlled = adjusted(view, [...within, ...adjustments])
      nats += controlled.nats
      addAlone(eachNats, { view, adjustments, all: controlled.nats })
      const event = drawn(controlled.view, step, random)
      now = played(now, event)
      return { event, logProbability: logProbabilityOf(view, event) }
    },
    cost: () => costOf(now.notes, nats, new Map(parts.map(({ name }, n) => [name, itemAt(eachNats, n)]))),
  }
}

/** @throws ControlError for pitches to keep that the model does not have. */
function withinReach({ pitches = [] }: Control, [least, above]: readonly [number, number]): Adjustment[] {
  if (least <= 0 && above >= PITCHES) return []
  const isWithin = (pitch: number): boolean => pitch >= least && pitch < above
  const far = pitches.find((event) => isPitch(event) && !isWithin(event))
  if (far !== undefined)
    throw new ControlError(
      `the pitches to keep hold ${pitchName(far)}, and after this primer the model reaches ${pitchName(least)} to ${pitchName(above - 1)}: choose iteration 3.1, or transpose them`,
    )
  return [{ pitches: pitchWeights((pitch) => (isWithin(pitch) ? 0 : -Infinity)) }]
}

const NATS_PER_BIT = Math.LN2

function costOf(notes: number, nats: number, each: ReadonlyMap<string, number>): ControlCost {
  const perNote = (sum: number): number => sum / NATS_PER_BIT / Math.max(1, notes)
  return {
    notes,
    bitsPerNote: perNote(nats),
    each: Object.fromEntries([...each].map(([name, sum]) => [name, perNote(sum)])),
  }
}

interface Alone {
  readonly view: EventView
  readonly adjustments: readonly Adjustment[]
  /** What all of them cost together. */
  readonly all: number
}

/** Adds to each control's sum what it costs by itself on this step. */
function addAlone(sums: number[], { view, adjustments, all }: Alone): void {
  adjustments.forEach((adjustment, n) => {
    sums[n] = itemAt(sums, n) + (adjustments.length === 1 ? all : adjusted(view, [adjustment]).nats)
  })
}

/** What the model gives the next step by itself, at the temperature; of a network of notes top-p acts on the kinds here. */
export function viewOf({ stepped, eventOf, decoding }: ControlledStep): EventView {
  const { drawnBy, logits } = stepped
  if (drawnBy === undefined) return viewOfLabels(softmax(logits, decoding.temperature), eventOf)
  const open = viewOfLabels(drawnBy(decoding.topP === null ? decoding : { ...decoding, topP: null }), eventOf)
  return decoding.topP === null ? open : { ...open, kinds: viewOfLabels(drawnBy(decoding), eventOf).kinds }
}

function viewOfLabels(probabilities: Float64Array, eventOf: ControlledStep['eventOf']): EventView {
  const pitches = new Float64Array(PITCHES)
  let [hold, off, note] = [0, 0, 0]
  for (let label = 0; label < probabilities.length; label++) {
    const [event, share] = [eventOf(label), probabilities[label]!]
    if (event === NO_EVENT) hold += share
    else if (event === NOTE_OFF) off += share
    else if (event < PITCHES) {
      pitches[event]! += share // two labels may mean one event
      note += share
    }
  }
  if (note > 0) for (let pitch = 0; pitch < PITCHES; pitch++) pitches[pitch]! /= note
  const sum = hold + off + note
  return { kinds: [hold / sum, off / sum, note / sum], pitches }
}

/** One draw from a view, cut to the likeliest as decoding says. */
function drawn({ kinds, pitches }: EventView, { stepped, decoding }: ControlledStep, random: Random): number {
  const { topK, topP } = decoding
  const readsNotes = stepped.drawnBy !== undefined
  const kept = readsNotes ? cut(pitches, null, topP) : pitches
  const total = kept === pitches ? 1 : kept.reduce((sum, share) => sum + share, 0)
  const events = new Float64Array(2 + PITCHES)
  events[HOLD] = kinds[HOLD]
  events[OFF] = kinds[OFF]
  for (let pitch = 0; pitch < PITCHES; pitch++) events[2 + pitch] = (kinds[NOTE] * kept[pitch]!) / total
  return inverseCdf(cut(events, topK, readsNotes ? null : topP), random.next()) - 2
}

function logProbabilityOf({ kinds, pitches }: EventView, event: number): number {
  const kind = isPitch(event) ? NOTE : event === NOTE_OFF ? OFF : HOLD
  return log(Math.max(kinds[kind] * (kind === NOTE ? itemAt(pitches, event) : 1), LEAST_PROBABILITY))
}

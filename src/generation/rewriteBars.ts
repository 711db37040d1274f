import { COMMON_TIME } from '../dataset/noteInputs.ts'
import { squash } from '../melody/transform.ts'
import { remembering } from '../model/remembering.ts'
import type { ControlCost, Rewrite } from '../results/control.ts'
import type { Random } from '../support/random.ts'
import { counted } from '../support/text/counted.ts'
import { type ContinuationOptions, continueMelody, gridOf, logLikelihood, type MelodyModel } from './continueMelody.ts'
import { PrimerError, type PrimerMelody } from './primers.ts'

/** Bars to draw again, with what stands before and after them. */
export interface RewriteRequest extends Omit<ContinuationOptions, 'totalSteps'> {
  /** The events before the bars: at least one. */
  readonly conditionedOn: readonly number[]
  /** Steps of the whole melody. */
  readonly totalSteps: number
  readonly rewrite: Rewrite
}

/** A melody with other bars in it. */
export interface Rewritten {
  readonly events: readonly number[]
  /** Nats, of the new bars and all that follows at temperature 1. */
  readonly logLikelihood: number
  /** Nats per step of what follows the bars, by which draws were compared: of the best, and of the first draw. */
  readonly best: number
  readonly blind: number
  readonly controlCost?: ControlCost
}

/** Bars after the rewritten ones by which draws are compared. */
export const JUDGED_BARS = 2
/** Draws that are compared unless a person asks for others. */
export const DEFAULT_CANDIDATES = 8
/** Most draws that may be compared. */
export const MAX_REWRITES = 1000

/**
 * The melody with its bars drawn again: of several draws the one after which what follows is likeliest. All other events stay as
 * they are.
 * @throws RangeError where nothing stands before the bars, or they have no steps.
 */
export async function rewriteBars(model: MelodyModel, request: RewriteRequest, random: Random): Promise<Rewritten> {
  const { conditionedOn, totalSteps, rewrite, onStep, ...options } = request
  const { following, candidates, judgedSteps } = rewrite
  const known = { ...model, stepper: remembering(model.stepper) }
  const length = totalSteps - following.length
  const judged = following.slice(0, judgedSteps)
  const steps = length - conditionedOn.length
  let best: { readonly draw: Draw; readonly score: number } | null = null
  let blind = NaN
  for (let n = 0; n < candidates; n++) {
    const told = onStep && ((done: number) => onStep(n * steps + done, () => [...conditionedOn]))
    const draw = await continueMelody(
      known,
      conditionedOn,
      { ...options, totalSteps: length, ...(told === undefined ? {} : { onStep: told }) },
      random,
    )
    const score = likelihoodAfter(known, [...draw.events, ...judged], { ...request, from: length }) / judged.length
    if (n === 0) blind = score
    if (best === null || score > best.score) best = { draw, score }
  }
  if (best === null) throw new RangeError(`no draws to choose from: ${candidates} candidates`)
  const events = [...best.draw.events, ...following]
  const { controlCost } = best.draw
  return {
    events,
    logLikelihood: likelihoodAfter(known, events, { ...request, from: conditionedOn.length }),
    ...{ best: best.score, blind },
    ...(controlCost === undefined ? {} : { controlCost }),
  }
}

/**
 * A melody as `rewriteBars` takes it: what stands before the bars is given, what stands after them follows.
 * @param bars first and last, counted from 1.
 * @throws PrimerError where nothing stands before or after the bars.
 */
export function rewritePart(
  { events, ...primer }: PrimerMelody,
  bars: { readonly first: number; readonly last: number },
  candidates: number,
): { readonly primer: PrimerMelody; readonly totalSteps: number; readonly rewrite: Rewrite } {
  const { stepsPerBar } = gridOf(primer.timeSignature) ?? COMMON_TIME
  const [from, to] = [(bars.first - 1) * stepsPerBar, bars.last * stepsPerBar]
  const count = Math.ceil(events.length / stepsPerBar)
  const asked = bars.first === bars.last ? `bar ${bars.first}` : `bars ${bars.first}-${bars.last}`
  if (from === 0)
    throw new PrimerError(`${asked} of a melody cannot be rewritten: nothing stands before bar 1 (choose from bar 2)`)
  if (to >= events.length)
    throw new PrimerError(
      `${asked} of a melody of ${counted(count, 'bar')} cannot be rewritten: nothing follows by which to choose (${count < 3 ? 'give a melody of three bars or more' : `choose from 2 to ${count - 1}`})`,
    )
  const following = events.slice(to)
  return {
    primer: { ...primer, events, conditionedOn: events.slice(0, from) },
    totalSteps: events.length,
    rewrite: { following, candidates, judgedSteps: Math.min(following.length, JUDGED_BARS * stepsPerBar) },
  }
}

type Draw = Awaited<ReturnType<typeof continueMelody>>

/** Nats of the events from a step on, moved into the model's range by what the melody begins with. */
function likelihoodAfter(
  model: MelodyModel,
  events: readonly number[],
  { conditionedOn, timeSignature, from }: Pick<RewriteRequest, 'conditionedOn' | 'timeSignature'> & { from: number },
): number {
  const { minNote, maxNote, transposeToKey } = model.encoding
  const { transpose: moved } = squash(conditionedOn, minNote, maxNote, transposeToKey)
  const inRange = events.map((event) => (event >= 0 ? folded(event + moved, minNote, maxNote) : event))
  return logLikelihood(model, inRange, { from, timeSignature })
}

/** A pitch, by octaves within a range: what follows may be higher than a model reaches. */
function folded(pitch: number, least: number, above: number): number {
  const below = pitch < least ? Math.ceil((least - pitch) / 12) : 0
  const over = pitch >= above ? Math.ceil((pitch - above + 1) / 12) : 0
  return pitch + 12 * (below - over)
}

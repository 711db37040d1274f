import { inputRow, type MelodyEncoding } from '../dataset/encoding.ts'
import { LONGEST_TOKEN } from '../dataset/tokens.ts'
import { NO_EVENT } from '../melody/melody.ts'
import type { Stepped, Stepper, StepState } from '../model/inference.ts'
import type { Random } from '../support/random.ts'
import type { BeamEntry } from './beamSearch.ts'
import type { Decoding } from './decode.ts'
import { drawToken } from './drawToken.ts'

/** A candidate of a search whose steps are notes and rests. */
export interface TokenCandidate {
  readonly state: StepState
  /** The input row of the sequence's last event, not yet taken by the network. */
  readonly input: Float32Array
  /** Log-probability of what was added, and the number of its events. */
  readonly sum: number
  readonly added: number
}

/** What extends candidates. */
export interface TokenBeam {
  readonly encoding: MelodyEncoding
  readonly stepper: Stepper
  readonly decoding: Decoding
  readonly totalSteps: number
  readonly random: Random
}

/** A candidate of a search by whole notes. */
export type Entry = BeamEntry<TokenCandidate>

/**
 * Each candidate with the rest of its last token and the beginning of the next; complete ones stay. Their score is the mean
 * log-probability of an added step, because they reach different steps at a time.
 */
export function extendByToken(beam: TokenBeam, entries: readonly Entry[]): Entry[] {
  const known = new Map<TokenCandidate, Stepped>() // branches of a candidate begin with the same step
  return entries.map((entry) => {
    if (entry.sequence.length >= beam.totalSteps) return entry
    const { state, input } = entry.state
    const stepped = known.get(entry.state) ?? beam.stepper.step(state, input)
    known.set(entry.state, stepped)
    return extended(beam, entry, stepped.state)
  })
}

function extended({ encoding, stepper, decoding, totalSteps, random }: TokenBeam, entry: Entry, state: StepState) {
  const { sequence } = entry
  const { events } = state
  if (events?.prediction == null) throw new Error('this state is not one of a network of notes')
  const age = Math.min(events.step - (events.notes.token?.start ?? 0), LONGEST_TOKEN)
  const draw = { age, left: totalSteps - sequence.length, decoding, random }
  const { holds, label, logProbability } = drawToken(events.prediction, draw)
  const held = [...sequence, ...new Array<number>(holds).fill(NO_EVENT)]
  const longer = label === null ? held : [...held, encoding.event(label, held)]
  let after = state
  for (let position = sequence.length; position < longer.length - 1; position++)
    after = stepper.step(after, inputRow(encoding, longer, position)).state
  const sum = Math.fround(entry.state.sum + logProbability)
  const added = entry.state.added + longer.length - sequence.length
  const input = inputRow(encoding, longer, longer.length - 1)
  return { sequence: longer, state: { state: after, input, sum, added }, score: sum / added }
}

import type { MelodyEncoding } from '../dataset/encoding.ts'
import type { Token } from '../dataset/tokens.ts'
import { isPitch } from '../melody/melody.ts'
import { lengthProbability, pitchProbabilities, survival, type TokenDistribution } from '../model/tokenDistribution.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * What each step of a melody after its first cost a predictor, in nats: index 0 is the second step. Rhythm is paid for whether a
 * note, a rest or nothing begins, pitch for which note; together they are the step's loss.
 */
export interface StepCosts {
  readonly rhythm: Float64Array
  readonly pitch: Float64Array
}

/** The costs of no step. */
export function noCosts(steps: number): StepCosts {
  return { rhythm: new Float64Array(steps), pitch: new Float64Array(steps) }
}

/**
 * Adds what a token and the beginning of the next one cost by a predictor of notes: at each step that it still lasts
 * -log(P(length > age) / P(length >= age)), at its end -log(P(length = age) / P(length >= age)) and what follows.
 */
export function addTokenCosts(
  { rhythm, pitch }: StepCosts,
  { lengths, next, reference }: TokenDistribution,
  [token, following]: readonly [Token, Token | null],
): void {
  const { start, length } = token
  let alive = survival(lengths, 1)
  for (let age = 1; age < length + (following === null ? 0 : 1); age++) {
    const step = start + age - 1
    if (age === length && following !== null) {
      const { rest, intervals } = next(length)
      const ends = Math.log(alive) - Math.log(lengthProbability(lengths, length))
      rhythm[step] = ends - Math.log(following.pitch === null ? rest : 1 - rest)
      if (following.pitch !== null)
        pitch[step] = -Math.log(itemAt(pitchProbabilities(intervals, reference), following.pitch))
      return
    }
    const later = survival(lengths, age + 1)
    rhythm[step] = Math.log(alive) - Math.log(later)
    alive = later
  }
}

/** What a step cost by a predictor of labels. */
export interface LabelledStep {
  readonly encoding: MelodyEncoding
  readonly events: readonly number[]
  /** The step that is predicted, 1 or more. */
  readonly position: number
}

/**
 * Adds what a step cost by the probabilities of its labels. A label that means a pitch costs the share of all such labels, which
 * is rhythm, and its own share of them.
 */
export function addLabelCosts(
  { rhythm, pitch }: StepCosts,
  { encoding, events, position }: LabelledStep,
  probabilities: ArrayLike<number>,
): void {
  const loss = -Math.log(itemAt(probabilities, encoding.label(events, position)))
  if (!isPitch(itemAt(events, position))) {
    rhythm[position - 1] = loss
    return
  }
  const before = events.slice(0, position)
  let pitches = 0
  for (let label = 0; label < encoding.classes; label++)
    if (isPitch(encoding.event(label, before))) pitches += probabilities[label]!
  rhythm[position - 1] = -Math.log(pitches)
  pitch[position - 1] = loss + Math.log(pitches)
}

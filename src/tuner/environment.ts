import { inputRow, type MelodyEncoding } from '../dataset/encoding.ts'
import { inverseCdf, likeliest } from '../generation/decode.ts'
import { NO_EVENT } from '../melody/melody.ts'
import type { Stepped, Stepper, StepState } from '../model/inference.ts'
import type { Random } from '../support/random.ts'
import { rewardOfEach } from './presets.ts'
import type { RewardTerm } from './terms.ts'
import type { Tonality } from '../config/modes.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'

/** The start of a composition. */
export interface EpisodeStart {
  readonly name: string
  /** Events the networks have heard before the first action; at least one. */
  readonly heard: readonly number[]
  /** Events that belong to the composition already, and that the rules know: none, or a primer. */
  readonly history: readonly number[]
}

/** Nothing yet: a step of silence is all the networks hear. */
export const EMPTY_START: EpisodeStart = { name: 'empty', heard: [NO_EVENT], history: [] }

/** The start that a primer is, with what the model is conditioned on. */
export const primerStart = (name: string, conditionedOn: readonly number[]): EpisodeStart => ({
  name,
  heard: conditionedOn,
  history: conditionedOn,
})

/** A choice among all labels at one step of one composition. */
export interface Choice {
  /** Log probabilities of the frozen prior. */
  readonly logPrior: Float64Array
  /** What the policy's own network says; null for one without a network. */
  readonly scores: Float32Array | null
  /** The composition so far. */
  readonly history: readonly number[]
  /** The events that labels stand for. */
  readonly eventOf: (label: number) => number
}

/** How labels are drawn: a network of its own, or none, and probabilities (that need not add up to 1) for a choice. */
export interface Policy {
  readonly stepper: Stepper | null
  readonly logits: (choice: Choice) => Float64Array
}

/** Where melodies are composed: the frozen prior, the rules, and how long a composition is. */
export interface Environment {
  readonly encoding: MelodyEncoding
  readonly prior: Stepper
  readonly terms: readonly RewardTerm[]
  readonly tonality: Tonality
  /** Steps that are composed after the start. */
  readonly steps: number
}

/** A composition as it was made: one number per composed step. */
export interface Episode {
  readonly start: EpisodeStart
  /** What the networks heard and the actions after it. */
  readonly events: readonly number[]
  /** Sum of the rules, unscaled. */
  readonly theory: Float32Array
  /** The same of each rule [steps * terms], row by row. */
  readonly byTerm: Float32Array
  /** Log probability of the executed action by the prior, and by the policy without exploration; nats. */
  readonly logPrior: Float32Array
  readonly logPolicy: Float32Array
  /** KL divergence of the policy from the prior at each step; nats. */
  readonly divergence: Float32Array
}

/** How often an action is drawn from all labels alike instead of from the policy, 0-1. */
export interface Exploration {
  readonly epsilon: number
  /** The policy's logits are divided by it while exploring; 0 = always the likeliest. */
  readonly temperature: number
}

/** Always the policy's own action. */
export const NO_EXPLORATION: Exploration = { epsilon: 0, temperature: 1 }

/** The composition of an episode: the start's history and the actions. */
export const compositionOf = ({ start, events }: Pick<Episode, 'start' | 'events'>): number[] => [
  ...start.history,
  ...events.slice(start.heard.length),
]

interface Voice {
  readonly start: EpisodeStart
  readonly events: number[]
  readonly history: number[]
  prior: Float32Array
  priorState: StepState
  own: Float32Array | null
  ownState: StepState | null
}

/**
 * Composes one melody from each start, all side by side, an action at a time. The action that was executed is the one that is
 * kept and rewarded. One draw from `random` an action, two where exploration may take it.
 * @throws RewardError when a rule gives no number.
 */
export function composeEpisodes(
  environment: Environment,
  policy: Policy,
  starts: readonly EpisodeStart[],
  random: Random,
  exploration: Exploration = NO_EXPLORATION,
): Episode[] {
  const { encoding, terms, tonality, steps } = environment
  const voices = openVoices(environment, policy, starts)
  const made = voices.map(({ start, events }) => emptyEpisode(start, events, steps, terms.length))
  for (let step = 0; step < steps; step++) {
    voices.forEach((voice, n) => {
      const choice = choiceOf(voice, encoding)
      const probabilities = normalized(policy.logits(choice))
      const label = drawn(policy, choice, probabilities, exploration, random)
      const action = encoding.event(label, voice.events)
      const context = { totalSteps: voice.start.history.length + steps, tonality }
      const rewards = rewardOfEach(terms, voice.history, action, context)
      note(itemAt(made, n), step, choice.logPrior, probabilities, label, rewards)
      voice.events.push(action)
      voice.history.push(action)
    })
    if (step < steps - 1) advance(environment, policy, voices)
  }
  return made
}

function emptyEpisode(start: EpisodeStart, events: readonly number[], steps: number, terms: number): Episode {
  const row = (): Float32Array => new Float32Array(steps)
  return {
    ...{ start, events, theory: row(), byTerm: new Float32Array(steps * terms) },
    ...{ logPrior: row(), logPolicy: row(), divergence: row() },
  }
}

/** Writes a step into an episode's arrays. */
function note(
  episode: Episode,
  step: number,
  logPrior: Float64Array,
  probabilities: Float64Array,
  label: number,
  rewards: readonly number[],
): void {
  episode.byTerm.set(rewards, step * rewards.length)
  episode.theory[step] = rewards.reduce((sum, reward) => sum + reward, 0)
  episode.logPrior[step] = itemAt(logPrior, label)
  episode.logPolicy[step] = Math.log(itemAt(probabilities, label))
  let divergence = 0
  for (let each = 0; each < probabilities.length; each++) {
    const probability = itemAt(probabilities, each)
    if (probability > 0) divergence += probability * (Math.log(probability) - itemAt(logPrior, each))
  }
  episode.divergence[step] = divergence
}

function drawn(
  policy: Policy,
  choice: Choice,
  probabilities: Float64Array,
  { epsilon, temperature }: Exploration,
  random: Random,
): number {
  // Every label may be drawn, the last one too.
  if (epsilon > 0 && random.next() < epsilon) return Math.floor(random.next() * probabilities.length)
  if (temperature === 0) return likeliest(probabilities)
  const tempered =
    temperature === 1 ? probabilities : normalized(policy.logits(choice).map((logit) => logit / temperature))
  return inverseCdf(tempered, random.next())
}

function choiceOf({ prior, own, history, events }: Voice, encoding: MelodyEncoding): Choice {
  return {
    logPrior: logSoftmax(prior),
    scores: own,
    history,
    eventOf: (label) => encoding.event(label, events),
  }
}

/** The networks have heard each start; those with the same one share what they made of it. */
function openVoices({ encoding, prior }: Environment, { stepper }: Policy, starts: readonly EpisodeStart[]): Voice[] {
  const heard = new Map<EpisodeStart, Pick<Voice, 'prior' | 'priorState' | 'own' | 'ownState'>>()
  return starts.map((start) => {
    if (!heard.has(start)) {
      const [ofPrior, ofPolicy] = [listen(prior, start, encoding), stepper && listen(stepper, start, encoding)]
      heard.set(start, {
        ...{ prior: ofPrior.logits, priorState: ofPrior.state },
        ...{ own: ofPolicy?.logits ?? null, ownState: ofPolicy?.state ?? null },
      })
    }
    return { start, events: [...start.heard], history: [...start.history], ...valueAt(heard, start) }
  })
}

function listen(stepper: Stepper, { heard }: EpisodeStart, encoding: MelodyEncoding) {
  let stepped: Stepped = { logits: new Float32Array(0), state: stepper.initialState() }
  heard.forEach((_, position) => {
    stepped = itemAt(stepper.stepMany([stepped.state], [inputRow(encoding, heard, position)]), 0)
  })
  return stepped
}

/** Both networks hear the last action of every voice. */
function advance({ encoding, prior }: Environment, { stepper }: Policy, voices: readonly Voice[]): void {
  const inputs = voices.map(({ events }) => inputRow(encoding, events, events.length - 1))
  prior
    .stepMany(
      voices.map(({ priorState }) => priorState),
      inputs,
    )
    .forEach(({ logits, state }, n) => Object.assign(itemAt(voices, n), { prior: logits, priorState: state }))
  stepper
    ?.stepMany(
      voices.map(({ ownState }) => ownState!),
      inputs,
    )
    .forEach(({ logits, state }, n) => Object.assign(itemAt(voices, n), { own: logits, ownState: state }))
}

/** Log probabilities of logits. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const result = new Float64Array(logits.length)
  const total = logSumExp(logits)
  for (let n = 0; n < logits.length; n++) result[n] = logits[n]! - total
  return result
}

/** The logarithm of the sum of the exponentials; -Infinity where all are. */
export function logSumExp(logits: ArrayLike<number>): number {
  let most = -Infinity
  for (let n = 0; n < logits.length; n++) if (logits[n]! > most) most = logits[n]!
  if (most === -Infinity) return most
  let sum = 0
  for (let n = 0; n < logits.length; n++) sum += Math.exp(logits[n]! - most)
  return most + Math.log(sum)
}

function normalized(logits: ArrayLike<number>): Float64Array {
  const result = logSoftmax(logits)
  for (let n = 0; n < result.length; n++) result[n] = Math.exp(itemAt(result, n))
  return result
}

/**
 * What Magenta's rl_tuner does at the places where it is wrong, in a line or two each, so that tests can show the fault
 * beside what ours does.
 */

/** The observation is drawn, the action that is stored is the likeliest: they need not be the same. */
export function storedAction(probabilities: readonly number[], drawn: number): { stored: number; rewarded: number } {
  return { stored: probabilities.indexOf(Math.max(...probabilities)), rewarded: drawn }
}

/** A key of one's own: what is only set for C major is read all the same. */
export function tonicNotesOf(key: readonly number[] | null): readonly number[] {
  let tonicNotes: readonly number[] | undefined
  if (key === null) tonicNotes = [2, 14, 26]
  if (tonicNotes === undefined) throw new ReferenceError("local variable 'tonic_notes' referenced before assignment")
  return tonicNotes
}

/** Each step's reward takes the place of the one before. */
export function evaluatedReward(rewards: readonly number[]): number {
  let kept = 0
  for (const reward of rewards) kept = reward
  return kept
}

const IN_KEY_FIFTH = -5
const IN_KEY_THIRD = -3
/** `interval == (FIFTH or interval == THIRD)` is `interval == FIFTH`. */
export const countsAsPreferred = (interval: number): boolean => interval === (IN_KEY_FIFTH || interval === IN_KEY_THIRD)

/** `np.random.randint(0, n - 1)` leaves the last one out. */
export const randomAction = (uniform: number, actions: number): number => Math.floor(uniform * (actions - 1))

/** Nothing where the penalty applies. */
export const nonRepeatingReward = (penalty: number): number | undefined => (penalty >= 0 ? 0.1 : undefined)

/** What comes after the last step is added like any other. */
export const target = (reward: number, next: number, discount: number): number => reward + discount * next

/** 48 is added, though the two special actions come first. */
export const decodedPitch = (action: number): number => action + 48

/** The state as one row that two layers have to share. */
export const stateOfLayers = (layers: readonly (readonly number[])[]): readonly number[] => layers[0]!

/** What the rewards call action 0 and what the note-rnn and the decoder mean by it. */
export const ACTION_ZERO = { ofRewards: 'note off', ofDecoder: 'no event' } as const

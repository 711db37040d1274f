import { UserError } from '../support/errors.ts'
import { type Tonality, tonalityName } from '../config/modes.ts'
import { JAQUES_TERMS, MENDED_TERMS, MODAL_TERMS, momentOf, type RewardContext, type RewardTerm } from './terms.ts'

/** A set of rules nobody knows, or one that the asked tonality does not go with. */
export class PresetError extends UserError {
  override readonly name = 'PresetError'
}

/** Names of the presets of rules. */
export const PRESETS = ['jaques2016', 'jaques2016-mended', 'modal'] as const
/** Name of a preset of rules. */
export type PresetName = (typeof PRESETS)[number]

const TERMS: Readonly<Record<PresetName, readonly RewardTerm[]>> = {
  jaques2016: JAQUES_TERMS,
  'jaques2016-mended': MENDED_TERMS,
  modal: MODAL_TERMS,
}

/**
 * The rules of a preset.
 * @throws PresetError for `jaques2016` in anything but C ionian: the original's rules know no other.
 */
export function presetTerms(preset: PresetName, tonality: Tonality): readonly RewardTerm[] {
  if (preset === 'jaques2016' && (tonality.mode !== 'ionian' || tonality.root !== 0))
    throw new PresetError(
      `the preset jaques2016 knows C ionian alone, not ${tonalityName(tonality)}: take jaques2016-mended or modal`,
    )
  return TERMS[preset]
}

/** A rule returned something else than a number; the message names it and the step. */
export class RewardError extends UserError {
  override readonly name = 'RewardError'
}

/**
 * What each rule gives for the next event, times its weight, in their order.
 * @throws RewardError naming the rule whose value is not a finite number.
 */
export function rewardOfEach(
  terms: readonly RewardTerm[],
  history: readonly number[],
  action: number,
  context: RewardContext,
): number[] {
  const moment = momentOf(history, action, context)
  return terms.map(({ name, weight, of }) => {
    const value = weight * of(moment)
    if (Number.isFinite(value)) return value
    throw new RewardError(
      `the reward "${name}" is ${value} at step ${history.length} for event ${action}: a reward must be a finite number`,
    )
  })
}

/** The sum of all rules for the next event. */
export const theoryReward = (...asked: Parameters<typeof rewardOfEach>): number =>
  rewardOfEach(...asked).reduce((sum, value) => sum + value, 0)

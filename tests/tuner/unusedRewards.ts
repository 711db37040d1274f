import { ACTIONS, actionOfEvent, eventOfAction, isExcessive, isInKey } from '../../src/tuner/jaques.ts'
import { NO_EVENT } from '../../src/melody/melody.ts'

/** Rewards of the original that no preset of this project takes; its recorded values are checked with them. */

/** What `reward_scale` is: .1 for no event, .05 for going up one or two, .01 for a note of the scale, .8 for the scale's next. */
export function scaleReward(previous: number, action: number): number {
  const [from, to] = [SCALE.indexOf(previous), SCALE.indexOf(action)]
  const up = actionOfEvent(action) - actionOfEvent(previous)
  let reward = action === NO_EVENT ? 0.1 : 0
  if (up > 0 && up < 3) reward += 0.05
  if (to >= 0) reward += 0.01
  if (from >= 0 && to >= 0 && (to === from + 1 || (from === SCALE.length - 1 && to === 0))) reward += 0.8
  return reward
}

/** C3 to C5. */
const SCALE = [48, 50, 52, 53, 55, 57, 59, 60, 62, 64, 65, 67, 69, 71, 72]
/** Its 38 actions that are not outside C major. */
const IN_KEY_ACTIONS = Array.from({ length: ACTIONS }, (_, action) => eventOfAction(action)).filter(isInKey).length

/** 1 over the number of actions in key for one of them, else 0. */
export const keyShareReward = (action: number): number => (isInKey(action) ? 1 / IN_KEY_ACTIONS : 0)

/** .1 for an event that does not come too often, else 0: the original returns nothing there and fails. */
export const nonRepeatingReward = (history: readonly number[], action: number): number =>
  isExcessive(history, action) ? 0 : 0.1

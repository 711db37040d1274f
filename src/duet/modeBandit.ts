import { scaledToOne } from '../model/shares.ts'
import type { Random } from '../support/random.ts'
import { DUET_MODES, type DuetMode } from '../config/duetModes.ts'

/** What is believed of a performer's taste: how likely each mode is the one that they like most at the moment. */
export interface ModeBandit {
  readonly modes: readonly DuetMode[]
  readonly belief: readonly number[]
}

/** How often a bar in the mode that a performer likes is rewarded, and one in another; and how often their taste changes per bar. */
const [LIKED, OTHERS, CHANGES] = [0.85, 0.2, 0.01]

/** Before the first bar every mode is as likely. */
export const newBandit = (modes: readonly DuetMode[] = DUET_MODES): ModeBandit => ({
  modes,
  belief: modes.map(() => 1 / modes.length),
})

/**
 * The mode of the next bar: a draw from the belief (Thompson sampling, Thompson 1933), sharpened, so that a mode that is almost
 * certain is hardly ever left. @param random one draw.
 */
export function chooseMode({ modes, belief }: ModeBandit, random: Random): DuetMode {
  const shares = scaledToOne(Float64Array.from(belief, (share) => share * share))
  let left = random.next()
  return modes.find((_, n) => (left -= shares[n]!) < 0) ?? modes[modes.length - 1]!
}

/** The belief once a bar in a mode was rewarded: 1 where the performer went on, echoed or said so, 0 where not. */
export function learnMode({ modes, belief }: ModeBandit, mode: DuetMode, reward: number): ModeBandit {
  const likelihood = (isLiked: boolean): number => {
    const wins = isLiked ? LIKED : OTHERS
    return reward * wins + (1 - reward) * (1 - wins)
  }
  const known = scaledToOne(Float64Array.from(belief, (share, n) => share * likelihood(modes[n] === mode)))
  return { modes, belief: [...known].map((share) => share * (1 - CHANGES) + CHANGES / modes.length) }
}

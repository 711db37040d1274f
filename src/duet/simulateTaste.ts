import { mulberry32 } from '../support/random.ts'
import { chooseMode, learnMode, newBandit } from './modeBandit.ts'
import { DUET_MODES, type DuetMode } from '../config/duetModes.ts'

/** How often a simulated performer rewards the mode they like, and another. */
export const TASTE = { liked: 0.9, others: 0.2, bars: 64 } as const
/** Bars in a row in a mode after which it counts as found. */
const IN_A_ROW = 3

/**
 * A performer who rewards one hidden mode more than others, and after 64 bars likes another: the share of the oracle's expected reward
 * that is lost in the first 64 bars, and the bar of the next 64 from which the new mode is played three times in a row (64 = not found).
 */
export function simulateTaste(seed: number): { regret: number; found: number } {
  const random = mulberry32(seed)
  const pick = (from: readonly DuetMode[]): DuetMode => from[Math.floor(random.next() * from.length)]!
  let bandit = newBandit()
  const bar = (hidden: DuetMode): { mode: DuetMode; chance: number } => {
    const mode = chooseMode(bandit, random)
    const chance = mode === hidden ? TASTE.liked : TASTE.others
    bandit = learnMode(bandit, mode, random.next() < chance ? 1 : 0)
    return { mode, chance }
  }
  const first = pick(DUET_MODES)
  let reward = 0
  for (let n = 0; n < TASTE.bars; n++) reward += bar(first).chance
  const second = pick(DUET_MODES.filter((mode) => mode !== first))
  let [found, row] = [TASTE.bars as number, 0]
  for (let n = 0; n < TASTE.bars && found === TASTE.bars; n++) {
    row = bar(second).mode === second ? row + 1 : 0
    if (row === IN_A_ROW) found = n - IN_A_ROW + 1
  }
  return { regret: 1 - reward / (TASTE.liked * TASTE.bars), found }
}

import { itemAt } from '../../support/itemAt.ts'
import { mulberry32, seedFrom, shuffled } from '../../support/random.ts'

/** Two continuations of one primer: a listener says which one continues it better. All three are names of sounds. */
export interface ListeningPair {
  readonly primer: string
  readonly sounds: readonly [string, string]
}

/** A pair as a listener meets it. */
export interface ListeningTrial {
  readonly primer: string
  readonly left: string
  readonly right: string
  /** Whether the listener had this pair before, the other way round: a check on the listener that counts for nobody. */
  readonly isRepeat: boolean
}

/** How many pairs come twice. */
export const REPEATED = 2

/** What the listener with this seed hears: the block, the order and the sides follow from it. Repeats come last. */
export function listeningTrials(
  blocks: readonly (readonly ListeningPair[])[],
  seed: number,
): { block: number; trials: ListeningTrial[] } {
  const random = mulberry32(seedFrom(seed, 'listening test'))
  const block = Math.floor(random.next() * blocks.length)
  const once = shuffled(itemAt(blocks, block), random).map(({ primer, sounds: [a, b] }): ListeningTrial => {
    const [left, right] = random.next() < 0.5 ? [a, b] : [b, a]
    return { primer, left, right, isRepeat: false }
  })
  const again = once
    .slice(0, REPEATED)
    .map(({ primer, left, right }) => ({ primer, left: right, right: left, isRepeat: true }))
  return { block, trials: [...once, ...again] }
}

import { itemAt } from '../../support/itemAt.ts'
import { mulberry32, seedFrom, shuffled } from '../../support/random.ts'

/** Two continuations of one primer, of which a listener says which one continues it better. All three are names of sounds. */
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

/**
 * Pairs for one listener each: in each block every primer once and every two places equally often, as far as the numbers
 * allow; over all blocks every primer with every two places. `groups` lists the sounds of each primer by place.
 */
export function listeningBlocks(
  groups: readonly { readonly primer: string; readonly sounds: readonly string[] }[],
): ListeningPair[][] {
  const places = itemAt(groups, 0).sounds.map((_, n) => n)
  const pairs = places.flatMap((a) => places.slice(a + 1).map((b) => [a, b] as const))
  return pairs.map((_, block) =>
    groups.map(({ primer, sounds }, n) => {
      const [a, b] = itemAt(pairs, (n + block) % pairs.length)
      const [first, second] = [itemAt(sounds, a), itemAt(sounds, b)]
      return { primer, sounds: first < second ? [first, second] : [second, first] }
    }),
  )
}

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

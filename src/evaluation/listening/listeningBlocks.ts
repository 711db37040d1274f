import { itemAt } from '../../support/itemAt.ts'
import { LISTENING_SYSTEMS, type ListeningTest } from './listeningItems.ts'
import type { ListeningPair } from './listeningTrials.ts'

/**
 * Pairs for one listener each: in each block every primer once and every two systems equally often, as far as the numbers allow;
 * over all blocks every primer with every two systems. A pair's sounds are sorted: which is whose cannot be told from it.
 */
export function listeningBlocks({ groups }: Pick<ListeningTest, 'groups'>): ListeningPair[][] {
  const pairs = LISTENING_SYSTEMS.flatMap((a, n) => LISTENING_SYSTEMS.slice(n + 1).map((b) => [a, b]))
  return pairs.map((_, block) =>
    groups.map(({ sound, items }, n) => {
      const pair = itemAt(pairs, (n + block) % pairs.length)
      const sounds = items.filter(({ system }) => pair.includes(system)).map(({ id }) => id)
      return { primer: sound.id, sounds: [itemAt(sounds, 0), itemAt(sounds, 1)] }
    }),
  )
}

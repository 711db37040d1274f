import type { ListeningVotes } from '../../../../src/results/listeningVotes.ts'
import { ownJson } from '../ownJson.ts'

const KEY = 'cantus-listening'

/** The votes of a test that was not ended, as this browser keeps them; null if there are none of this test. */
export function keptVotes(test: string): ListeningVotes | null {
  try {
    const kept = ownJson<ListeningVotes | null>(localStorage.getItem(KEY) ?? 'null')
    return kept?.format === 'cantus-listening-votes-1' && kept.test === test && Array.isArray(kept.votes) ? kept : null
  } catch {
    return null // damaged, or storage is not allowed
  }
}

/** Keeps them in this browser; where that is not allowed they last as long as the page. */
export function keepVotes(votes: ListeningVotes): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(votes))
  } catch {
    // the page still has them
  }
}

/** Forgets them. */
export function forgetVotes(): void {
  try {
    localStorage.removeItem(KEY)
  } catch {
    // nothing was kept
  }
}

/** The first votes of a listener. @param seed 0 or more: block, order and sides follow from it. */
export const firstVotes = (test: string, seed: number): ListeningVotes => ({
  format: 'cantus-listening-votes-1',
  ...{ test, listener: crypto.randomUUID(), seed, headphones: null, votes: [] },
})

import type { DuetPlayed, DuetReport } from '../../src/results/duetReport.ts'

/** Made-up duets of one mode. */
export const duetRow = (change: Partial<DuetPlayed>): DuetPlayed => ({
  ...{ mode: 'third-below', clock: 'at-once', lambda: 4, isPlayed: true, passages: 2, notes: 20, together: 10 },
  ...{ thirds: 0.85, moves: 0.5, delayedMoves: NaN, outOfMode: 0.01, consonant: 0.8, crossings: 0.1, parallels: 0.02 },
  ...{ contraryMotion: 0.3, similarMotion: 0.4, obliqueMotion: 0.3, bitsPerNote: 3, lateShare: 0 },
  ...change,
})
/** The same by weight of the rule. */
export const standInFrontier: DuetReport['frontier'] = [0, 1, 4, 8].map((lambda) =>
  duetRow({
    lambda,
    thirds: [0.1, 0.7, 0.85, 0.9][[0, 1, 4, 8].indexOf(lambda)]!,
    bitsPerNote: 2 + lambda / 5,
  }),
)

const bins = (counts: number[]) => ({ from: 0, width: 1, counts })
/** Times of a page. */
export const standInTimes = { decisions: bins([3, 1200]), answers: bins([2]), asynchronies: bins([0, 1]) }

import type { WeightedMelodies } from './augment.ts'
import type { MelodyRow } from './dataset.ts'

/**
 * Training melodies of a transfer with others between them, so that what was learnt from those is not forgotten: of an epoch's
 * melodies `share` are others, another draw for each epoch; the melodies' own weights stay.
 * @param share 0-1, below 1. @param others training melodies of what came before; without any the melodies stay alone.
 * @example withReplay({ train: [style] }, [general], 0.5).weights // [1, 1]
 */
export function withReplay(
  { train, weights = train.map(() => 1) }: WeightedMelodies,
  others: readonly MelodyRow[],
  share: number,
): WeightedMelodies {
  if (others.length === 0 || share === 0) return { train, weights }
  const own = weights.reduce((sum, weight) => sum + weight, 0)
  const each = (own * share) / (1 - share) / others.length
  return { train: [...train, ...others], weights: [...weights, ...others.map(() => each)] }
}

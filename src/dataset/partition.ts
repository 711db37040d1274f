/** Which side of a random partition a file goes to. */
export type Bucket = 'training' | 'eval'

/**
 * Magenta's partition of a corpus: each file draws one uniform and goes to `eval` where it is below `evalRatio`, so a
 * file's melodies always stay together. `uniform` in [0, 1).
 * @example randomBucket(0.05, 0.1) // 'eval'
 */
export function randomBucket(uniform: number, evalRatio: number): Bucket {
  return uniform < evalRatio ? 'eval' : 'training'
}

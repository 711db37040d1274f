import { encodable, sequencesOf } from '../dataset/batches.js'
import type { MelodyEncoding } from '../dataset/encoding.js'
import { melodyEncoding } from '../dataset/encoding.js'
import type { ModelSpec } from '../model/modelSpec.js'

/** What a predictor reaches that never looks at the music: the floor under every model. */
export interface Baselines {
  /** Cross-entropy, nats a step, of always predicting the training set's label frequencies. */
  readonly unigramLoss: number
  /** Accuracy of always saying the training set's commonest label. */
  readonly majorityAccuracy: number
}

/**
 * Both baselines on the held-out melodies, over the same steps a model is measured on. One is added to each label's
 * count, so that a label the training set lacks costs much but not everything. NaN without held-out steps.
 * @example labelBaselines(spec, [[60, -2, -2]], [[60, -2]]).majorityAccuracy // 1: "no event" is commonest, and right
 */
export function labelBaselines(
  spec: ModelSpec,
  train: readonly (readonly number[])[],
  test: readonly (readonly number[])[],
): Baselines {
  const encoding = melodyEncoding(spec.encoding)
  const known = labelCounts(encoding, train)
  const asked = labelCounts(encoding, test)
  const total = sum(known) + known.length
  const steps = sum(asked)
  const loss = asked.reduce((nats, count, label) => nats - count * Math.log(((known[label] as number) + 1) / total), 0)
  const commonest = known.indexOf(Math.max(...known))
  return { unigramLoss: loss / steps, majorityAccuracy: (asked[commonest] as number) / steps }
}

function labelCounts(encoding: MelodyEncoding, melodies: readonly (readonly number[])[]): number[] {
  const counts = new Array<number>(encoding.classes).fill(0)
  for (const { events, length } of sequencesOf(encodable(melodies, encoding), 'whole')) {
    for (let position = 1; position <= length; position++) {
      const label = encoding.label(events, position)
      counts[label] = (counts[label] as number) + 1
    }
  }
  return counts
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

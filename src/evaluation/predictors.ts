import { encodable, isEncodable, sequencesOf } from '../dataset/batches.ts'
import type { MelodyEncoding } from '../dataset/encoding.ts'
import { likeliest } from '../generation/decode.ts'
import { isPitch } from '../melody/melody.ts'
import { addStep, NO_SUMS } from '../model/metricSums.ts'
import { type ContextReader, ContextTree } from './contextTree.ts'
import type { MelodyScore } from './numerical.ts'
import { addLabelCosts, noCosts } from './stepCosts.ts'
import { itemAt } from '../support/itemAt.ts'

/** What says how likely each label is to come next, without a network. */
export interface Predictor {
  /** A melody begins. */
  start(): void
  /** Writes the probability of each label [classes]; they add up to 1. */
  predict(probabilities: Float64Array): void
  /** The label that came. */
  see(label: number): void
  /** The melody is over, and forgotten. */
  end(): void
}

/**
 * A predictor's scores of melodies, asked for the same labels as a network of that encoding: all but the first of each
 * melody, which is given.
 */
export function scorePredictor(
  predictor: Predictor,
  encoding: MelodyEncoding,
  melodies: readonly (readonly number[])[],
): MelodyScore[] {
  const probabilities = new Float64Array(encoding.classes)
  return melodies.map((melody) => {
    if (!isEncodable(melody)) return { ...NO_SUMS, noteOns: 0 }
    const costs = noCosts(melody.length - 1)
    const sums = { ...NO_SUMS, noteOns: 0, costs }
    for (const { events, length } of sequencesOf(encodable([melody], encoding), 'whole')) {
      predictor.start()
      predictor.see(encoding.label(events, 0))
      for (let position = 1; position <= length; position++) {
        predictor.predict(probabilities)
        const label = encoding.label(events, position)
        const correct = likeliest(probabilities) === label
        addStep(sums, -Math.log(itemAt(probabilities, label)), correct, label === encoding.defaultEventLabel)
        addLabelCosts(costs, { encoding, events, position }, probabilities)
        if (isPitch(itemAt(events, position))) sums.noteOns++
        predictor.see(label)
      }
      predictor.end()
    }
    return sums
  })
}

/** The labels of each melody, the first one included. */
export function labelsOf(encoding: MelodyEncoding, melodies: readonly (readonly number[])[]): number[][] {
  return encodable(melodies, encoding).map((events) => events.map((_, position) => encoding.label(events, position)))
}

/** The labels that are asked for: of each melody all but the first. One is added to each label's count. */
function frequencies(classes: number, melodies: readonly (readonly number[])[]): Float64Array {
  const counts = new Float64Array(classes).fill(1)
  for (const labels of melodies) for (const label of labels.slice(1)) counts[label] = itemAt(counts, label) + 1
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => count / total)
}

/** Always the training melodies' label frequencies; its likeliest label is the commonest one. */
export function majorityPredictor(classes: number, training: readonly (readonly number[])[]): Predictor {
  const shares = frequencies(classes, training)
  const nothing = (): void => undefined
  return { start: nothing, predict: (probabilities) => probabilities.set(shares), see: nothing, end: nothing }
}

/**
 * Says that the last label repeats, as often as labels do in the training melodies; what is left goes to the others by
 * their frequencies.
 */
export function copyLastPredictor(classes: number, training: readonly (readonly number[])[]): Predictor {
  const shares = frequencies(classes, training)
  let [repeats, steps] = [1, 2]
  for (const labels of training) {
    for (let n = 1; n < labels.length; n++) {
      if (labels[n] === labels[n - 1]) repeats++
      steps++
    }
  }
  const again = repeats / steps
  let last = -1
  return {
    start: () => (last = -1),
    predict(probabilities) {
      probabilities.set(shares)
      if (last < 0) return
      const others = 1 - itemAt(shares, last)
      for (let label = 0; label < classes; label++) probabilities[label]! *= (1 - again) / others
      probabilities[last] = again
    },
    see: (label) => (last = label),
    end: () => undefined,
  }
}

/** Counts every context of up to `depth` labels in the training melodies. */
export function learnContexts(classes: number, depth: number, training: readonly (readonly number[])[]): ContextTree {
  const tree = new ContextTree(classes, depth)
  for (const labels of training) {
    const reader = tree.open()
    for (const label of labels) reader.advance(label, true)
  }
  return tree
}

/**
 * Interpolated n-gram model (Witten & Bell 1991, doi 10.1109/18.87000): the distribution after a context of n labels is
 * mixed with that after its last n - 1, down to the uniform one; the weight of the shorter is the number of different
 * labels that followed the context. It does not learn from the melody it predicts.
 * @param order labels of context, at most the tree's depth.
 */
export function ngramPredictor(tree: ContextTree, order: number): Predictor {
  let reader: ContextReader = tree.open()
  return {
    start: () => (reader = tree.open()),
    predict(probabilities) {
      probabilities.fill(1 / tree.classes)
      for (let n = 0; n < Math.min(reader.length, order + 1); n++) {
        const node = itemAt(reader.contexts, n)
        const [total, followers] = [tree.total(node), tree.followers(node)]
        if (total === 0) break
        const shorter = followers / (total + followers)
        for (let label = 0; label < probabilities.length; label++) probabilities[label]! *= shorter
        tree.each(node, (label, count) => (probabilities[label]! += count / (total + followers)))
      }
    },
    see: (label) => reader.advance(label, false),
    end: () => undefined,
  }
}

/**
 * Prediction by partial matching, method C with exclusion (Moffat 1990, doi 10.1109/26.61469): the longest context that was
 * seen predicts; what it leaves to new labels goes to the next shorter one, without the labels already served. It also
 * counts the melody it predicts, as it goes, and takes those counts back at the melody's end: what repeats within a
 * piece is found, and nothing is carried from one test melody to the next.
 * @param order labels of context, at most the tree's depth.
 */
export function ppmPredictor(tree: ContextTree, order: number): Predictor {
  let reader: ContextReader = tree.open()
  let forget: () => void = () => undefined
  const served = new Uint8Array(tree.classes)
  return {
    start() {
      forget = tree.checkpoint()
      reader = tree.open()
    },
    predict(probabilities) {
      probabilities.fill(0)
      served.fill(0)
      let left = 1
      for (let n = Math.min(reader.length - 1, order); n >= 0; n--) {
        const node = itemAt(reader.contexts, n)
        let [total, followers] = [0, 0]
        tree.each(node, (label, count) => {
          if (served[label] === 1) return
          total += count
          followers++
        })
        if (followers === 0) continue
        const share = left / (total + followers)
        tree.each(node, (label, count) => {
          if (served[label] === 1) return
          probabilities[label] = count * share
          served[label] = 1
        })
        left = followers * share
      }
      spread(probabilities, served, left)
    },
    see: (label) => reader.advance(label, true),
    end: () => forget(),
  }
}

/** Gives what is left to the labels that no context served, alike; to all in proportion if there are none. */
function spread(probabilities: Float64Array, served: Uint8Array, left: number): void {
  const others = served.reduce((count, done) => count + 1 - done, 0)
  for (let label = 0; label < probabilities.length; label++) {
    if (others === 0) probabilities[label]! /= 1 - left
    else if (served[label] === 0) probabilities[label] = left / others
  }
}

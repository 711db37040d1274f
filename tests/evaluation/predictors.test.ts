import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { baselineScores } from '../../src/evaluation/baselines.ts'
import { ContextTree } from '../../src/evaluation/contextTree.ts'
import {
  copyLastPredictor,
  labelsOf,
  learnContexts,
  majorityPredictor,
  ngramPredictor,
  ppmPredictor,
  type Predictor,
  scorePredictor,
} from '../../src/evaluation/predictors.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects: Effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const mono = melodyEncoding('mono')

/** The probabilities after `seen` of a melody that continues. */
function after(predictor: Predictor, classes: number, seen: readonly number[]): number[] {
  const probabilities = new Float64Array(classes)
  predictor.start()
  for (const label of seen) predictor.see(label)
  predictor.predict(probabilities)
  predictor.end()
  return [...probabilities]
}

/** abracadabra, the textbook's example: a 0, b 1, r 2, c 3, d 4. */
const ABRACADABRA = [0, 1, 2, 0, 3, 0, 4, 0, 1, 2, 0]

describe('ContextTree', () => {
  it('counts every context of every length', () => {
    const tree = learnContexts(5, 2, [ABRACADABRA])
    const follow = (context: readonly number[]): Record<number, number> => {
      const node = context.reduce((parent, symbol) => tree.find(parent, symbol), 0)
      const found: Record<number, number> = {}
      tree.each(node, (symbol, count) => (found[symbol] = count))
      return found
    }
    expect(follow([])).toEqual({ 0: 5, 1: 2, 2: 2, 3: 1, 4: 1 })
    expect(follow([0])).toEqual({ 1: 2, 3: 1, 4: 1 })
    expect(follow([0, 1])).toEqual({ 2: 2 })
    expect([tree.total(0), tree.followers(0)]).toEqual([11, 5])
    expect(tree.find(tree.find(0, 3), 4)).toBe(-1)
  })

  it('is after a checkpoint taken back what it was before, whatever was counted', () => {
    const melodies = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }), { maxLength: 5 })
    fc.assert(
      fc.property(melodies, melodies, (known, passing) => {
        const read = (tree: ContextTree, labels: readonly number[]): void => {
          const reader = tree.open()
          for (const label of labels) reader.advance(label, true)
        }
        const state = (tree: ContextTree): unknown[] => {
          const nodes = Array.from({ length: tree.size }, (_, node) => {
            const children: [number, number, number][] = []
            tree.each(node, (symbol, count) => children.push([symbol, count, tree.find(node, symbol)]))
            return [tree.total(node), tree.followers(node), children]
          })
          return nodes
        }
        const tree = new ContextTree(4, 3)
        for (const labels of known) read(tree, labels)
        const before = state(tree)
        const takeBack = tree.checkpoint()
        for (const labels of passing) read(tree, labels)
        takeBack()
        expect(state(tree)).toEqual(before)
      }),
    )
  })

  it('grows past its first tables', () => {
    const labels = Array.from({ length: 20_000 }, (_, n) => (n * n + (n >> 3)) % 97)
    const tree = learnContexts(97, 4, [labels])
    expect(tree.size).toBeGreaterThan(3000) // both the nodes and the table have grown
    let total = 0
    tree.each(0, (_, count) => (total += count))
    expect(total).toBe(labels.length)
  })
})

describe('the predictors', () => {
  it('say what a hand works out after "abra"', () => {
    const labels = [ABRACADABRA]
    // After the first of each melody: a 4, b 2, r 2, c 1, d 1, and one added to each: 15.
    expect(after(majorityPredictor(5, labels), 5, [0])).toEqual([5 / 15, 3 / 15, 3 / 15, 2 / 15, 2 / 15])
    // Nothing repeats in 10 steps; one of two added: 1/12 for the same again.
    const copy = after(copyLastPredictor(5, labels), 5, [0])
    expect(copy[0]).toBeCloseTo(1 / 12, 12)
    expect(copy[1]).toBeCloseTo(((11 / 12) * (3 / 15)) / (10 / 15), 12)
  })

  it('n-gram: Witten-Bell weights, from the uniform distribution up', () => {
    const tree = learnContexts(5, 2, [ABRACADABRA])
    // Order 0: (count + 5 * 1/5) / (11 + 5). After a: b 2, c 1, d 1 of 4, three kinds.
    const order0 = [6, 3, 3, 2, 2].map((count) => count / 16)
    const order1 = [0, 2, 0, 1, 1].map((count, label) => (count + 3 * order0[label]!) / 7)
    const found = after(ngramPredictor(tree, 1), 5, [2, 0])
    found.forEach((probability, label) => expect(probability).toBeCloseTo(order1[label]!, 12))
  })

  it('PPM: method C, with what is served left out below', () => {
    const tree = learnContexts(5, 2, [ABRACADABRA.slice(0, 10)]) // abracadabr
    // Of r-then-a nothing is known after one "ra": c, once. Escape 1/2. After a: b 2, d 1 (c is served); escape 2/5 of
    // what is left. Then a 4, r 2 (b, c, d served): 4/8 and 2/8, and nothing is left to be new but the 2/8.
    const forget = tree.checkpoint()
    const found = after(ppmPredictor(new Frozen(tree), 2), 5, [2, 0])
    forget()
    const [escape2, escape1] = [1 / 2, (1 / 2) * (2 / 5)]
    const left = escape1 * (2 / 8)
    const expected = [escape1 * (4 / 8), escape2 * (2 / 5), escape1 * (2 / 8), 1 / 2, escape2 * (1 / 5)]
    // All labels are served: what is left goes to them in proportion.
    found.forEach((probability, label) => expect(probability).toBeCloseTo(expected[label]! / (1 - left), 12))
  })

  it('each give a distribution, with no label impossible', () => {
    const melody = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.array(melody, { minLength: 1, maxLength: 4 }), melody, (training, seen) => {
        const tree = learnContexts(6, 3, training)
        const predictors = [
          majorityPredictor(6, training),
          copyLastPredictor(6, training),
          ngramPredictor(tree, 3),
          ppmPredictor(tree, 3),
        ]
        for (const predictor of predictors) {
          const probabilities = after(predictor, 6, seen)
          expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9)
          expect(Math.min(...probabilities)).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('PPM learns the melody it reads, and carries nothing into the next', () => {
    const tree = learnContexts(mono.classes, 4, labelsOf(mono, [[60, -2, 62, -2]]))
    const repeated = Array.from({ length: 12 }, () => [70, 75, 71, 78]).flat()
    const [first, second] = scorePredictor(ppmPredictor(tree, 4), mono, [repeated, repeated])
    expect(second).toEqual(first)
    const [ngram] = scorePredictor(ngramPredictor(tree, 4), mono, [repeated])
    expect(first!.loss).toBeLessThan(ngram!.loss / 2)
  })
})

/** A tree in which nothing more is counted: PPM as it stands before it reads. */
class Frozen extends ContextTree {
  private readonly tree: ContextTree
  constructor(tree: ContextTree) {
    super(tree.classes, tree.depth)
    this.tree = tree
  }
  override each(...args: Parameters<ContextTree['each']>): void {
    this.tree.each(...args)
  }
  override find(...args: Parameters<ContextTree['find']>): number {
    return this.tree.find(...args)
  }
  override count(): void {
    // as it stands
  }
}

describe('scorePredictor', () => {
  it('asks for every label but the first, and counts the notes that begin on them', () => {
    const predictor = majorityPredictor(mono.classes, labelsOf(mono, [[60, -2, -2, 62]]))
    const scores = scorePredictor(predictor, mono, [[60, -2, 62, 63], [70]])
    // Labels: no event 2 + 1, 62 1 + 1, others 1, of 133.
    const loss = -(Math.log(3 / 133) + Math.log(2 / 133) + Math.log(1 / 133))
    expect(scores[0]).toMatchObject({
      ...{ steps: 3, correct: 1, eventSteps: 2, eventCorrect: 0, noteOns: 2 },
      loss: expect.closeTo(loss, 12) as number,
    })
    expect(scores[1]).toEqual({ loss: 0, steps: 0, correct: 0, eventSteps: 0, eventCorrect: 0, noteOns: 0 })
  })
})

describe('baselineScores', () => {
  const scale = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, 69, -2, 71, -2, 72, -2]
  const tune = { events: scale }
  const sides = { encoding: mono, train: [tune, tune], validation: [tune], test: [tune] }

  it('chooses the order on the validation melodies', async () => {
    const [ngram, ppm] = await baselineScores(sides, effects, ['n-gram', 'ppm'])
    expect(ngram!.order).toBeGreaterThan(2)
    expect(ppm!.scores[0]!.correct).toBeGreaterThanOrEqual(14)
  })

  it('gives the IDyOM-like predictor the melodies as the encoding has them, and its mixing', async () => {
    const low = { events: scale.map((event) => (event < 0 ? event : event - 24)) }
    const asked = { ...sides, encoding: melodyEncoding('basic') }
    const [found] = await baselineScores(asked, effects, ['idyom'])
    const [squashed] = await baselineScores({ ...asked, test: [low] }, effects, ['idyom'])
    expect(found).toMatchObject({ name: 'idyom', order: null, mixing: { mean: expect.any(String) as string } })
    expect(found!.scores[0]!.correct).toBeGreaterThanOrEqual(14)
    expect(squashed!.scores).toEqual(found!.scores)
  })

  it('stops when asked to', async () => {
    const stopped = { ...effects, signal: AbortSignal.abort() }
    await expect(baselineScores(sides, stopped)).rejects.toThrow(InterruptedError)
  })
})

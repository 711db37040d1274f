import { describe, expect, it } from 'vitest'
import { INTERVAL_CLASSES, intervalClass, LENGTH_CLASSES } from '../../src/dataset/tokenClasses.ts'
import { tokensOf } from '../../src/dataset/tokens.ts'
import { idyomScores, learnTunes } from '../../src/evaluation/idyom/idyomScores.ts'
import { scoreTokens } from '../../src/evaluation/scoreTokens.ts'
import { eventProbabilities, type TokenDistribution } from '../../src/model/tokenDistribution.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { silentReporter } from '../../src/support/progress.ts'

/** Certain of one length and one interval, but for a little that goes to all others. */
function sure(length: number, interval: number, reference: number): TokenDistribution {
  const lengths = new Float64Array(LENGTH_CLASSES).fill(0.05 / (LENGTH_CLASSES - 1))
  lengths[length - 1] = 0.95
  const intervals = new Float64Array(INTERVAL_CLASSES).fill(0.1 / (INTERVAL_CLASSES - 1))
  intervals[intervalClass(interval)] = 0.9
  return { lengths, next: () => ({ rest: 0.01, intervals }), reference }
}

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }

describe('scoreTokens', () => {
  it('counts steps, events and hits of a melody of three notes', () => {
    const tokens = tokensOf([60, -2, 62, -2, -2, 65, -2])
    // Right about the first note's end and the second pitch; wrong about the second length; right that the last one sounds on.
    const score = scoreTokens(tokens, [sure(2, 2, 60), sure(2, 3, 62), sure(2, 0, 65)])
    expect(score).toMatchObject({ steps: 6, eventSteps: 2, noteOns: 2, eventCorrect: 1 })
    // Step 4 was expected to bring F and holds; F at step 5 was not expected.
    expect(score.correct).toBe(4)
  })

  it('has the loss of its event view, step by step', () => {
    const events = [60, -2, 62, -2, -1, -2, 65, -2]
    const tokens = tokensOf(events)
    const afterRest = sure(2, 3, 62)
    const said = [
      sure(2, 2, 60),
      sure(3, 3, 62),
      { ...afterRest, next: (length: number) => ({ ...afterRest.next(length), rest: 0 }) }, // a rest is followed by a note
      sure(4, 0, 65),
    ]
    let loss = 0
    tokens.forEach(({ start, length }, n) => {
      for (let age = 1; age < length + (n + 1 < tokens.length ? 1 : 0); age++)
        loss -= Math.log(eventProbabilities(said[n]!, age)[events[start + age]! + 2]!)
    })
    expect(scoreTokens(tokens, said).loss).toBeCloseTo(loss, 9)
  })
})

describe('idyomScores', () => {
  const scale = (from: number): number[] => [0, 2, 4, 5, 7, 9, 11, 12].flatMap((step) => [from + step, -2])
  const tunes = [60, 62, 65, 67].map((from) => ({ events: scale(from), stepsPerBar: 16 }))

  it('knows a scale in a new key after others, and chooses how it mixes', async () => {
    const test = [{ events: scale(64), stepsPerBar: 16 }]
    const { mixing, scores } = await idyomScores(await learnTunes(tunes, effects), { validation: tunes, test }, effects)
    expect(['arithmetic', 'geometric']).toContain(mixing.mean)
    const untaught = await idyomScores(await learnTunes([], effects), { validation: [], test }, effects)
    expect(scores[0]!.steps).toBe(15)
    expect(scores[0]!.loss).toBeLessThan(untaught.scores[0]!.loss / 2)
    expect(scores[0]!.eventCorrect).toBeGreaterThanOrEqual(5)
  })

  it('scores a melody of one event as nothing, and stops when asked', async () => {
    const model = await learnTunes(tunes, effects)
    const { scores } = await idyomScores(model, { validation: [], test: [{ events: [60] }] }, effects)
    expect(scores).toEqual([{ loss: 0, steps: 0, correct: 0, eventSteps: 0, eventCorrect: 0, noteOns: 0 }])
    const stopped = { ...effects, signal: AbortSignal.abort() }
    await expect(learnTunes(tunes, stopped)).rejects.toThrow(InterruptedError)
    await expect(idyomScores(model, { validation: [], test: tunes }, stopped)).rejects.toThrow(InterruptedError)
  })
})

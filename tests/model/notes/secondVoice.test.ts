import { beforeAll, describe, expect, it } from 'vitest'
import { starterPassages } from '../../dataset/starterPassages.ts'
import type { NoteModelSpec, Weights } from '../../../src/config/modelSpec.ts'
import type { Sequence } from '../../../src/dataset/batches.ts'
import { noteMelody } from '../../../src/dataset/noteBatches.ts'
import { KNOWLEDGE, type Knowledge } from '../../../src/dataset/otherVoice.ts'
import { LENGTH_CLASSES } from '../../../src/dataset/tokenClasses.ts'
import { type Backend, openBackend } from '../../../src/model/backend.ts'
import { NO_DROPOUT } from '../../../src/model/dropout.ts'
import { meetingHazard } from '../../../src/model/notes/meetingHazard.ts'
import { lengthLoss } from '../../../src/model/notes/meetings.ts'
import { noteReader } from '../../../src/model/notes/noteInference.ts'
import { noteRnn } from '../../../src/model/notes/noteRnn.ts'
import { createNoteStepper } from '../../../src/model/notes/noteStepper.ts'
import { withSecondVoice } from '../../../src/model/notes/withSecondVoice.ts'
import { decodeWeights, encodeWeightsFp16 } from '../../../src/model/safetensors.ts'
import { hazard, pitchProbabilities } from '../../../src/model/tokenDistribution.ts'
import { copyWeights, weightsProblem } from '../../../src/model/weights.ts'
import { livelyWeights } from './livelyWeights.ts'

const alone: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4 }
const spec: NoteModelSpec = { ...alone, secondVoice: true }
const dropout = { keepProbability: 0.6, seed: 11 }

const sequencesOf = (knows: Knowledge | null): Sequence[] =>
  starterPassages.slice(0, 3).map(({ upper, lower, stepsPerBar }) => ({
    ...{ events: lower, start: 0, length: lower.length - 1, grid: { stepsPerBar } },
    ...(knows === null ? {} : { other: { events: upper, knows } }),
  }))
/** A note longer than the classes of lengths have, beside one that ends; a melody alone in the same batch. */
const long: Sequence = {
  ...{ events: [60, ...new Array<number>(129).fill(-2), 62, -2], start: 0, length: 131 },
  other: { events: [67, ...new Array<number>(99).fill(-2), -1, ...new Array<number>(31).fill(-2)], knows: 'onset' },
}
const mixed = [
  ...sequencesOf('onset').slice(0, 1),
  ...sequencesOf('before').slice(1, 2),
  ...sequencesOf(null).slice(2),
  long,
]

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

describe('lengthLoss', () => {
  const logits = Array.from({ length: LENGTH_CLASSES }, (_, n) => Math.sin(n) - n / 20)
  const added = (age: number): number => Math.cos(3 * age)
  const logsOf = (values: readonly number[]): number[] => {
    const total = Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0))
    return values.map((value) => value - total)
  }
  const cases = [1, 2, 5, 95, 96, 97, 300].flatMap((length) => [true, false].map((isLast) => ({ length, isLast })))

  it.each(cases)('is that of the hazards of each step: $length steps, last $isLast', ({ length, isLast }) => {
    const logs = logsOf(logits)
    const shares = logs.map(Math.exp)
    let expected = 0
    for (let age = 1; age < length; age++) expected -= Math.log(1 - meetingHazard(shares, age, added(age)))
    if (!isLast) expected -= Math.log(meetingHazard(shares, length, added(length)))
    const token = { pitch: 60, start: 0, length }
    expect(lengthLoss(logs, { token, isLast, added }).loss).toBeCloseTo(expected, 6)
  })

  it.each(cases)('has the slopes that differences show: $length steps, last $isLast', ({ length, isLast }) => {
    const token = { pitch: 60, start: 0, length }
    const lossAt = (values: readonly number[], more: (age: number) => number): number =>
      lengthLoss(logsOf(values), { token, isLast, added: more }).loss
    const found = lengthLoss(logsOf(logits), { token, isLast, added })
    const step = 1e-5
    for (const n of [0, 1, 4, 5, 50, 94, 95]) {
      const moved = (by: number): number[] => logits.map((value, i) => (i === n ? value + by : value))
      const slope = (lossAt(moved(step), added) - lossAt(moved(-step), added)) / (2 * step)
      expect(found.byLength[n]).toBeCloseTo(slope, 5)
    }
    found.byAge.forEach((slope, n) => {
      if (n % 13 > 1) return
      const moved = (by: number) => (age: number) => added(age) + (age === n + 1 ? by : 0)
      expect(slope).toBeCloseTo((lossAt(logits, moved(step)) - lossAt(logits, moved(-step))) / (2 * step), 5)
    })
  })

  it('without anything added ends as a token that is alone', () => {
    const shares = logsOf(logits).map(Math.exp)
    for (const age of [1, 7, 95, 96, 400]) expect(meetingHazard(shares, age, 0)).toBe(hazard(shares, age))
  })
})

describe('a network with a second voice', () => {
  const model = (ours = spec) => noteRnn(backend, ours)
  const lossOf = (weights: Weights, sequences: readonly Sequence[] = mixed): number => {
    const { loss, steps } = model().measure(weights, sequences, dropout)
    return loss / steps
  }

  it('has the gradients that differences of the loss show', () => {
    const weights = livelyWeights(spec)
    const { gradients } = model().gradients(weights, mixed, dropout)
    expect(Object.keys(gradients).toSorted()).toEqual(Object.keys(weights).toSorted())
    for (const [name, { data }] of Object.entries(gradients)) {
      const place = data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best]!) ? i : best), 0)
      const moved = (amount: number): Weights => {
        const copy = copyWeights(weights)
        copy[name]!.data[place]! += amount
        return copy
      }
      const slope = (lossOf(moved(0.002)) - lossOf(moved(-0.002))) / 0.004
      expect(Math.abs(slope - data[place]!), `${name} ${data[place]} ${slope}`).toBeLessThan(5e-4)
      expect(data[place], name).not.toBe(0)
    }
  })

  it('ignores padding, and gives each step what its loss says', () => {
    const weights = livelyWeights(spec)
    const each = model().measureEach(weights, mixed, NO_DROPOUT)
    const steps = model().stepProbabilities(weights, mixed)
    mixed.forEach((sequence, n) => {
      const own = model().measure(weights, [sequence], NO_DROPOUT)
      expect(each[n]!.loss).toBeCloseTo(own.loss, 3)
      expect(each[n]!.steps).toBe(own.steps)
      const fromSteps = steps[n]!.reduce((sum, probability) => sum - Math.log(probability), 0)
      expect(fromSteps / own.loss).toBeCloseTo(1, 4)
    })
  })

  it.each([...KNOWLEDGE, null])('predicts what the portable reader does, knowing %s', (knows) => {
    const weights = livelyWeights(spec)
    const reader = noteReader(spec, weights)
    const sequences = sequencesOf(knows)
    const steps = model().stepProbabilities(weights, sequences)
    sequences.forEach((sequence, n) => {
      const { tokens, grid, other } = noteMelody(sequence)
      let state = reader.start(grid)
      const found: number[] = []
      tokens.forEach((token, t) => {
        state = reader.begin(state, token, other?.at(token.start))
        const { begins, next, reference } = reader.predictBeside(state)
        const follower = tokens[t + 1]
        const sight = (age: number) => other?.ahead(token.start + age) ?? null
        for (let age = 1; age < token.length; age++) found.push(1 - begins(age, sight(age)))
        if (follower === undefined) return
        const { rest, intervals } = next(token.length, sight(token.length))
        const kind =
          follower.pitch === null ? rest : (1 - rest) * pitchProbabilities(intervals, reference)[follower.pitch]!
        found.push(begins(token.length, sight(token.length)) * kind)
      })
      expect(found).toHaveLength(steps[n]!.length)
      found.forEach((probability, i) => expect(probability).toBeCloseTo(steps[n]![i]!, 5))
    })
  })

  it('tells apart how much is known', () => {
    const weights = livelyWeights(spec)
    const losses = [null, ...KNOWLEDGE].map((knows) => lossOf(weights, sequencesOf(knows)))
    expect(new Set(losses).size).toBe(3)
  })

  it('refuses to play beside another voice where it was trained alone', () => {
    const reader = noteReader(alone, livelyWeights(alone))
    const state = reader.begin(reader.start({ stepsPerBar: 16 }), { pitch: 60, start: 0 })
    expect(() => reader.predictBeside(state)).toThrow('this network plays alone')
  })
})

describe('withSecondVoice', () => {
  const parent = { spec: alone, weights: livelyWeights(alone) }
  const wide = withSecondVoice(parent)

  it('has the tensors of its spec', () => expect(weightsProblem(wide.spec, wide.weights)).toBeNull())

  it('equals its parent bit for bit without another voice, in training and in plain arithmetic', () => {
    const sequences = sequencesOf(null)
    const before = noteRnn(backend, alone).gradients(parent.weights, sequences, dropout)
    const after = noteRnn(backend, wide.spec).gradients(wide.weights, sequences, dropout)
    expect(after.sums).toEqual(before.sums)
    expect(after.gradients['length/kernel']!.data).toEqual(before.gradients['length/kernel']!.data)
    const steppers = [parent, wide].map((each) => createNoteStepper(each.spec, each.weights))
    const states = steppers.map((stepper) => stepper.initialState())
    for (const event of [60, -2, 62, -1, -2, 64]) {
      const input = new Float32Array(130)
      input[event + 2] = 1
      const [own, theirs] = steppers.map((stepper, n) => {
        const stepped = stepper.step(states[n]!, input)
        states[n] = stepped.state
        return [...stepped.logits]
      })
      expect(theirs).toEqual(own)
    }
  })

  it('says the same beside another voice before it has learnt', () => {
    const [own, beside] = [null, 'onset' as const].map((knows) =>
      noteRnn(backend, wide.spec).measure(wide.weights, sequencesOf(knows), NO_DROPOUT),
    )
    expect(beside!.loss).toBeCloseTo(own!.loss, 2)
    expect(beside!.correct).toBe(own!.correct)
  })

  it('is stored as any other model', () => {
    const bytes = encodeWeightsFp16(wide.spec, wide.weights, {})
    const { spec: stored, weights } = decodeWeights(bytes)
    expect(stored).toEqual(wide.spec)
    expect(Object.keys(weights).toSorted()).toEqual(Object.keys(wide.weights).toSorted())
  })
})

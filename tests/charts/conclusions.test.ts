import { describe, expect, it } from 'vitest'
import {
  beyondSentences,
  copiedSentence,
  courseSentence,
  curveSentence,
  frequenciesSentence,
  sameBitsSentence,
  sameSharesSentence,
  seedsSentence,
  transferVerdict,
  winsSentence,
} from '../../src/charts/conclusions.ts'
import type { Interval, Summary } from '../../src/results/summary.ts'

const at = (value: number, low: number, high: number): Interval => ({ value, low, high })
const fell = at(-0.2, -0.3, -0.1)
const rose = at(0.2, 0.1, 0.3)
const open = at(-0.1, -0.3, 0.1)

describe('frequenciesSentence', () => {
  it.each([
    [
      { loss: 1.5, unigramLoss: 2 },
      'It predicts better than event frequencies alone: 1.500 against 2.000 nats per step, 25% less.',
    ],
    [
      { loss: 2.5, unigramLoss: 2 },
      'It predicts worse than event frequencies alone: 2.500 against 2.000 nats per step, 25% more.',
    ],
    [
      { loss: 1.99, unigramLoss: 2 },
      'It predicts as well as event frequencies alone: 1.990 against 2.000 nats per step.',
    ],
    [{ loss: NaN, unigramLoss: 2 }, 'Nothing was measured'],
  ])('says which case happened: %o', (numbers, start) => {
    expect(frequenciesSentence(numbers).startsWith(start)).toBe(true)
  })
})

describe('sameBitsSentence', () => {
  const say = (ours: number[][], theirs: number[][]): string => sameBitsSentence('Ours and theirs', ours, theirs)

  it('says equal, different, or not comparable', () => {
    expect(say([[1, 2], [3]], [[1, 2], [3]])).toBe(
      'Ours and theirs are equal to the last bit: 3 numbers compared, none differs.',
    )
    expect(say([[1, 2]], [[1, 2.5]])).toBe('Ours and theirs differ in 1 of 2 numbers, by at most 0.50.')
    expect(say([[1]], [[1], [2]])).toContain('cannot be compared: 1 lists of numbers and 2')
    expect(say([], [])).toContain('there are no numbers')
  })

  it('tells zero from minus zero, and a number from none', () => {
    expect(say([[0]], [[-0]])).toContain('differ in 1 of 1')
    expect(say([[1, 2]], [[1]])).toContain('differ in 1 of 2')
  })
})

describe('sameSharesSentence', () => {
  it.each([
    [0, 'Both are the same: no share differs.'],
    [2e-17, 'Both are the same: the largest difference is 2e-17.'],
    [0.01, 'Both differ: the largest difference is 1e-2.'],
    [-Infinity, 'Both cannot be compared: there are no numbers.'],
  ])('says of a gap of %f which case happened', (gap, sentence) => {
    expect(sameSharesSentence('Both', gap)).toBe(sentence)
  })
})

describe('winsSentence', () => {
  const names = ['A', 'B'] as const
  it.each([
    [
      [-0.2, 0.1, -0.1],
      'On 2 of 3 melodies A is less surprised than B, by up to 0.200 nats per step; on 1 it is not, by up to 0.100.',
    ],
    [[-0.2, -0.1], 'On all 2 melodies A is less surprised than B, by up to 0.200 nats per step.'],
    [[0.2], 'On none of 1 melody is A less surprised than B.'],
    [[], 'No melody can be compared.'],
  ])('says of %j which case happened', (differences, sentence) => {
    expect(winsSentence(differences, names)).toBe(sentence)
  })
})

describe('copiedSentence', () => {
  const found = { melody: 'it_1', source: 'a tune', moves: 16 }
  it('says whether people share as much, or that nothing is known', () => {
    const start = 'The longest shared stretch is 16 moves long: it_1 and "a tune".'
    expect(copiedSentence(found, 13.2)).toBe(
      `${start} That is memory: of twenty human test melodies nineteen share 13 moves or fewer.`,
    )
    expect(copiedSentence(found, 20)).toMatch(/ That is no more than people share: /)
    expect(copiedSentence(found, null)).toBe(`${start} How much human melodies share is not measured.`)
    expect(copiedSentence(null, 13)).toMatch(/^No stretch is known/)
  })
})

describe('curveSentence', () => {
  it('takes both sides from the rows of a curve', () => {
    const rows = [4, 1].flatMap((loss) => [{ kind: 'train', loss } as const, { kind: 'test', loss: loss + 1 } as const])
    expect(curveSentence(rows)).toBe(courseSentence({ train: [4, 1], test: [5, 2] }))
    expect(curveSentence([])).toBe(courseSentence({ train: [], test: [] }))
  })
})

describe('courseSentence', () => {
  it.each([
    [
      { train: [4, 1], test: [4, 2] },
      /^Both losses fell: training 4\.000 to 1\.000, validation 4\.000 to 2\.000 nats per step\.$/,
    ],
    [{ train: [4, 1], test: [4, 2, 3] }, /^Both losses fell: .*the validation loss was lower before \(2\.000\)/],
    [{ train: [4, 1], test: [2, 3] }, /^The training loss fell and the validation loss rose: .*memorises/],
    [{ train: [4, 5], test: [4, 3] }, /^The validation loss fell and the training loss rose/],
    [{ train: [4, 5], test: [4, 5] }, /^Both losses rose/],
    [{ train: [], test: [4] }, /not known/],
  ])('says which case happened: %o', (course, sentence) => {
    expect(courseSentence(course)).toMatch(sentence)
  })
})

describe('transferVerdict', () => {
  it.each([
    [fell, rose, /^The style was learnt at a price: .*moved rather than grown/],
    [fell, fell, /^Both losses fell/],
    [rose, rose, /^Both losses rose .*memorised/],
    [rose, fell, /^The style got worse and general music better/],
    [fell, open, /^The style was learnt, and whether anything was forgotten is undecided/],
    [open, rose, /^Whether the style was learnt is undecided/],
    [null, rose, /not measured yet/],
  ])('says which case happened: %o, %o', (style, general, sentence) => {
    expect(transferVerdict(style, general)).toMatch(sentence)
  })
})

describe('seedsSentence', () => {
  const seeds = (first: number, second: number, sd: number): Summary['seeds'] => {
    const of = (mean: number) => ({ runs: [], spread: { general: { loss: { mean, sd, n: 3 } } } })
    return { iterations: { '1': of(first), '2.1': of(second) } } as unknown as Summary['seeds']
  }

  it('says whether more music changes more than seeds do', () => {
    expect(seedsSentence(seeds(1.2, 1.2, 0.01))).toContain('more music changes nothing that can be told from chance')
    expect(seedsSentence(seeds(1.2, 1, 0.01))).toContain('more music helps, by more than seeds differ')
    expect(seedsSentence(seeds(1.2, 1.4, 0.01))).toContain('more music hurts')
    expect(seedsSentence(null)).toContain('not known')
  })
})

describe('beyondSentences', () => {
  const beyond = { '3.1': { general: { loss: fell }, style: { loss: open } } } as unknown as NonNullable<
    Summary['beyond']
  >

  it('compares each with the iteration on the same music, or says that nothing is measured', () => {
    expect(beyondSentences({ beyond })).toEqual([
      'On the general test melodies iteration 3.1 predicts better than iteration 2.1: 0.200 nats per step less loss (95% interval 0.100 to 0.300).',
      expect.stringMatching(/^On the style's test melodies .*The data do not decide\.$/),
    ])
    expect(beyondSentences({})).toEqual(['Iterations 3.1 and 3.2 are not measured beside the others yet.'])
  })
})

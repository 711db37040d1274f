import { describe, expect, it } from 'vitest'
import { dataOrStepsSentences, equalStepsTable, memorySentences, memoryTable } from '../../src/charts/stepsTables.ts'
import { standInEqual, standInMemory, standInSteps } from './standInSteps.ts'
import { standInSummary } from './standInSummary.ts'

const summary = standInSummary('smoke-a-s1', (name) => name)
const { more } = standInSteps
const verdictOf = (...differences: number[]) =>
  dataOrStepsSentences({ equal: differences.map((value, n) => standInEqual(10 * (n + 1), value)), more }, null)[0]

describe('data or steps', () => {
  it.each([
    [
      [-0.02, -0.03],
      'better at 10 steps (−0.020 nats per step, 95% interval −0.025 to −0.015) and 20 steps (−0.030 nats per step, 95% interval −0.035 to −0.025).',
    ],
    [[0.02], 'worse at 10 steps (+0.020 nats per step, 95% interval +0.015 to +0.025).'],
    [[0.001], 'neither better nor worse at 10 steps (+0.001 nats per step, 95% interval −0.004 to +0.006).'],
    [
      [0.02, -0.02],
      'worse at 10 steps (+0.020 nats per step, 95% interval +0.015 to +0.025) and better at 20 steps (−0.020 nats per step, 95% interval −0.025 to −0.015).',
    ],
  ])('differ where the intervals at equal steps say so: %j', (differences, said) => {
    expect(verdictOf(...differences)).toBe(
      `After equally many steps the model of more music predicts general melodies ${said}`,
    )
  })

  it('stand beside what steps alone did', () => {
    const sentences = dataOrStepsSentences(standInSteps, null)
    expect(sentences).toContain(
      'With the same music, iteration 1 at 20 steps predicts better than at 10 steps: 0.100 nats per step less loss (95% interval 0.095 to 0.105).',
    )
    expect(dataOrStepsSentences({ equal: [], more: [] }, null)[0]).toMatch(/cannot be told apart/)
  })

  it('say when seeds scatter more than music does', () => {
    const seeds = summary.seeds!
    const scattered = (sd: number) => {
      const spread = { ...seeds.iterations['1'].spread.general, loss: { n: 3, mean: 1, sd, lowest: 1, highest: 1 } }
      const own = { runs: [], spread: { general: spread, style: spread } }
      return dataOrStepsSentences(standInSteps, { ...seeds, iterations: { ...seeds.iterations, '1': own, '2.1': own } })
    }
    expect(scattered(0.021).join(' ')).toMatch(/scatter by 0\.021 .*: none shows that more music helps/)
    expect(scattered(0.019).join(' ')).not.toMatch(/scatter/)
  })

  it('stand in a table, a row per step and test set', () => {
    const rows = equalStepsTable(standInSteps)
    expect(rows.map(({ steps, 'test melodies': set }) => [steps, set])).toEqual([
      ['10', 'general'],
      ['10', 'style'],
      ['20', 'general'],
      ['20', 'style'],
    ])
    expect(rows[0]).toMatchObject({ '2.1 less 1': '+0.020 (+0.015 to +0.025)' })
    expect(rows[2]).toMatchObject({ '2.1 less 1': '−0.010 (−0.015 to −0.005)' })
  })
})

describe('memory over time', () => {
  it('says what lies between training and test melodies, and whether the printed accuracy was reached', () => {
    const [gap, printed, best, recited] = memorySentences(standInMemory)
    expect(gap).toMatch(
      /^From step 20,000 to 26,000 the accuracy on the melodies it was trained on goes from 62\.5% to 62\.5%/,
    )
    expect(printed).toMatch(/never reached 90\.0% by step 26,000: the highest was 87\.6%, at step 25,990\.$/)
    expect(best).toMatch(
      /^Of the kept steps 20,500 predicts the style's test melodies best, .* at the end it is 1\.625/,
    )
    expect(recited).toMatch(/share 4\.0 moves .* and 20\.0 at the end, where people's .* share 4\.5\.$/)
    expect(memorySentences({ ...standInMemory, reached: 24_000 })[1]).toMatch(/first reached 90\.0% at step 24,000\.$/)
  })

  it('has a row for each kept step', () => {
    expect(memoryTable(standInMemory).map(({ step }) => step)).toEqual(['20,000', '20,500', '26,000'])
    expect(memoryTable(standInMemory)[2]).toMatchObject({
      'longest shared stretch: mean, 95th percentile': '20.0, 22',
    })
  })
})

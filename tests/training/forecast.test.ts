import { describe, expect, it } from 'vitest'
import { experiment } from '../../src/config/scales.ts'
import type { Sequence } from '../../src/dataset/batches.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { forecast, inWords } from '../../src/training/forecast.ts'
import { firstOrder, orderAt, type TrainingData } from '../../src/training/trainingData.ts'

const { training, ...experimentConfig } = experiment('1', 'smoke')
const config = { ...experimentConfig, training: { ...training, batchSize: 4, workers: 2, accumulate: 1 } }
const sequence: Sequence = { events: new Array<number>(101).fill(60), start: 0, length: 100 }
const train = new Array<Sequence>(8).fill(sequence)
const data = { train, sizes: train.map(() => 1), weights: undefined } as unknown as TrainingData

/** What is said of `left` steps on a machine that works through 1,000 events per second. */
async function said(
  left: number,
  { workers = 2, accumulate = 1, stopped = false, rate = 1000 } = {},
): Promise<string[]> {
  let [clock, batches] = [0, 0]
  const lines: string[] = []
  const source = {
    gradients: (_weights: unknown, sequences: readonly Sequence[]) => {
      batches++
      const steps = sequences.reduce((sum, { length }) => sum + length, 0)
      clock += (steps / rate) * 1000
      return Promise.resolve({ sums: { steps }, gradients: {} })
    },
    close: () => Promise.resolve(),
  } as unknown as Parameters<typeof forecast>[0]['source']
  const order = orderAt(firstOrder(config), data, config)
  const before = order.state()
  const reporter = { ...silentReporter, line: (text: string) => void lines.push(text) }
  const signal = stopped ? AbortSignal.abort() : new AbortController().signal
  await forecast(
    { source, weights: {}, data, order, left },
    { ...config, training: { ...config.training, workers, accumulate } },
    { reporter, signal, now: () => clock },
  )
  expect(order.state()).toEqual(before)
  return batches === 0 ? [] : lines
}

describe('forecast', () => {
  it('says the rate and the time that is left, by the second batch alone', async () => {
    const [line, ...more] = await said(1000)
    expect(more).toEqual([])
    // 1,000 steps of as many sequences as a batch has, 100 events each, at 1,000 events per second.
    expect(line).toMatch(/^2 workers, about 1\.0k events\/s: 1,000 steps will take about \d+ min$/)
  })

  it('says how many batches make a step', async () => {
    expect((await said(500, { workers: 1, accumulate: 3 }))[0]).toMatch(/^1 worker, 3 batches per step, about 1\.0k/)
  })

  it('is silent about a few steps, of a training that is stopped, and where the clock stands still', async () => {
    expect(await said(99)).toEqual([])
    expect(await said(1000, { stopped: true })).toEqual([])
    expect(await said(1000, { rate: Infinity })).toEqual([])
  })
})

it.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [91, '2 min'],
  [5340, '89 min'],
  [5400, '1 h 30 min'],
  [57_600, '16 h 0 min'],
])('%d seconds are %s', (seconds, words) => expect(inWords(seconds)).toBe(words))

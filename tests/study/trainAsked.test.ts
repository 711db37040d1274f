import { describe, expect, it } from 'vitest'
import { transferFolders } from '../../src/study/trainAsked.ts'
import { closingLines } from '../../src/study/text/trainingText.ts'
import { type TrainResult } from '../../src/study/trainRun.ts'
import type { Metrics } from '../../src/results/metrics.ts'

describe('transferFolders', () => {
  it('takes the corpus as the style where no style is given', () => {
    expect(transferFolders({ iteration: '2.2', corpus: ['mine'], style: [] })).toEqual({
      corpus: ['mine'],
      style: ['mine'],
    })
  })

  it('leaves folders alone where there is a style, no corpus, or an iteration without a style', () => {
    const given = { corpus: ['mine'], style: ['jazz'] }
    expect(transferFolders({ iteration: '2.2', ...given })).toEqual(given)
    expect(transferFolders({ iteration: '2.2', corpus: [], style: [] })).toEqual({ corpus: [], style: [] })
    expect(transferFolders({ iteration: '1', corpus: ['mine'], style: [] })).toEqual({ corpus: ['mine'], style: [] })
  })
})

const metrics = (loss: number): Metrics => {
  return { loss, perplexity: Math.exp(loss), accuracy: 0.5, eventAccuracy: 0.2, noEventAccuracy: 0.9, steps: 100 }
}

describe('closingLines', () => {
  const result: TrainResult = {
    ...{ run: 'quick-a-s5', runFolder: 'data/runs/1/quick-a-s5', step: 6000, transfer: null, test: metrics(1.9) },
    ...{ best: { step: 1500, test: metrics(1.9) }, last: { step: 6000, test: metrics(2.816) } },
    baselines: { unigramLoss: 2.428, majorityAccuracy: 0.4 },
  }

  it('say which step generate uses, a baseline, and that the run went past its best', () => {
    const text = closingLines(result)
    expect(text).toContain('run quick-a-s5, step 6,000; lowest validation loss at step 1,500')
    expect(text).toContain('test       loss 1.900 nats per step, accuracy 0.500, event accuracy 0.200 (step 1,500)')
    expect(text).toContain('baseline   loss 2.428, accuracy 0.400: event frequencies of the training side')
    expect(text).toContain('warning    trained past its best: test loss 2.816 at step 6,000, 1.900 at step 1,500')
    expect(text).toContain('cantus generate quick-a-s5   (uses step 1,500; quick-a-s5@last uses step 6,000)')
    expect(text.match(/warning/g)).toHaveLength(1)
  })

  it('warn of a model that is worse than event frequencies, and of nothing where all is well', () => {
    const worse = { ...result, last: null, best: { step: 6000, test: metrics(2.816) } }
    expect(closingLines(worse)).toContain(
      'warning    predicts worse than event frequencies alone: loss 2.816 against 2.428',
    )
    expect(closingLines({ ...result, last: null })).not.toContain('warning')
  })
})

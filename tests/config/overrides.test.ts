import { describe, expect, it } from 'vitest'
import { iteration1 } from '../../src/config/iteration1.ts'
import { merged, override, parseSetting } from '../../src/config/overrides.ts'

const set = (...settings: string[]) => override(iteration1, merged(settings.map(parseSetting)))

describe('override', () => {
  it('replaces what is named and nothing else', () => {
    expect(set('training.learningRate=0.003', 'model.encoding=lookback', 'seed=4', 'model.layerSizes=[64]')).toEqual({
      ...iteration1,
      seed: 4,
      model: { ...iteration1.model, encoding: 'lookback', layerSizes: [64] },
      training: { ...iteration1.training, learningRate: 0.003 },
    })
    expect(override(iteration1, {})).toEqual(iteration1)
  })

  it('takes settings that may be null or of several kinds', () => {
    const { training, data } = set(
      'training.window=128',
      'training.averaging=0.999',
      'training.patience=3',
      'training.schedule={"warmupSteps":10,"decay":"cosine","finalShare":0}',
      'data.weights={"airds":2}',
      'data.maxMelodiesPerFile=2',
    )
    expect(training).toMatchObject({ window: 128, averaging: 0.999, patience: 3, schedule: { decay: 'cosine' } })
    expect(data).toMatchObject({ weights: { airds: 2 }, maxMelodiesPerFile: 2 })
    expect(set('training.window=whole').training.window).toBe('whole')
  })

  it('lets the last of several count', () => {
    expect(set('training.steps=5', 'training.steps=6', 'training.logEvery=1').training).toMatchObject({
      steps: 6,
      logEvery: 1,
    })
  })

  it.each([
    ['training.rate=1', /^there is no setting training\.rate: choose one of steps, batchSize/],
    ['tempo=1', /^there is no setting tempo: choose one of title, seed, data/],
    ['iteration=2.1', /^there is no setting iteration/],
    ['training.steps=many', /^training\.steps is "many": expected a value like 20000/],
    ['training=5', /^training is 5: expected a value like \{/],
    ['model.layerSizes=64', /^model\.layerSizes is 64: expected a value like \[128,128\]/],
    ['data.part={"kind":"x"}', /^invalid data\.part/],
    ['data.part=null', /^invalid data\.part: null/],
    [
      'data.extraction.stepsPerQuarter=0',
      /^invalid data\.extraction\.stepsPerQuarter: 0 \(expected number to be >=1\)/,
    ],
    ['data.extraction.gapBars=-1', /^invalid data\.extraction\.gapBars: -1/],
    ['data.extraction.maxSteps=0', /^invalid data\.extraction\.maxSteps: 0/],
    ['data.split.test=5', /^invalid data\.split\.test: 5 \(expected number to be <=1\)/],
    ['data.split.validation=-1', /^invalid data\.split\.validation: -1/],
    ['seed=1.5', /^invalid seed: 1\.5 \(expected int/],
    ['model.layerSizes=[1e8]', /^invalid model\.layerSizes\.0: 100000000/],
    ['model.attentionLength=1e9', /^invalid model\.attentionLength: 1000000000/],
    ['training.workers=100000', /^invalid training\.workers: 100000/],
    ['training.steps', /^invalid --set: training\.steps \(section\.setting=value/],
  ])('refuses %s', (setting, message) => {
    expect(() => set(setting)).toThrow(message)
  })
})

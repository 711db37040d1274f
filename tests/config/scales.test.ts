import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import { iteration1 } from '../../src/config/iteration1.ts'
import { iteration2_1 } from '../../src/config/iteration2_1.ts'
import { iteration2_2 } from '../../src/config/iteration2_2.ts'
import { differsFromStudy, experiment, STUDY_ITERATIONS, SCALES } from '../../src/config/scales.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

describe('the iterations at full scale', () => {
  it("have the study's settings", () => {
    expect(iteration1.training).toMatchObject({ steps: 20_000, batchSize: 128, window: 'whole', learningRate: 0.001 })
    expect(iteration1.training).toMatchObject({ keepProbability: 0.5, clipNorm: 5, clip: 'variable' })
    expect(iteration1.model).toEqual({ encoding: 'mono', layerSizes: [128, 128], attentionLength: 0, residual: false })
    expect(iteration2_1.training).toEqual(iteration1.training)
    expect(iteration2_1.warmStart).toBeNull()
  })

  it('end iteration 2.2 at step 72,050 in all, resuming from 2.1 with its optimizer', () => {
    expect(iteration2_1.training.steps + iteration2_2.training.steps).toBe(72_050)
    expect(iteration2_2.warmStart).toEqual({ from: '2.1', optimizerState: true })
    expect(iteration2_2.training.learningRate).toBe(iteration2_1.training.learningRate)
  })
})

describe('experiment', () => {
  it.each(STUDY_ITERATIONS.flatMap((iteration) => SCALES.map((scale) => [iteration, scale] as const)))(
    '%s at %s is complete, of the same network and data rules, and knows its name',
    (iteration, scale) => {
      const config = experiment(iteration, scale)
      expect(config).toMatchObject({ iteration, scale, model: iteration1.model })
      expect(config.data.extraction).toEqual(iteration1.data.extraction)
      expect(config.data.split).toEqual(iteration1.data.split) // or a file would change sides between iterations
      expect(JSON.parse(JSON.stringify(config))).toEqual(config)
    },
  )

  it('takes a part of the tunes, then all, then those in the style, at every scale', () => {
    for (const scale of SCALES) {
      expect(STUDY_ITERATIONS.map((iteration) => experiment(iteration, scale).data.part.kind)).toEqual([
        'first',
        'all',
        'style',
      ])
    }
  })
})

describe('the iterations on folders of music', () => {
  it("take the study's counts at full scale", () => {
    expect(experiment('1', 'full', 'folder').data).toMatchObject({
      corpus: 'folder',
      part: { kind: 'first', files: 11_133 },
      maxMelodiesPerFile: 2,
    })
    expect(experiment('2.1', 'full', 'folder').data).toMatchObject({ part: { kind: 'all' }, maxMelodiesPerFile: 2 })
    expect(experiment('2.2', 'full', 'folder').data).toMatchObject({
      part: { kind: 'style' },
      maxMelodiesPerFile: null,
    })
  })

  it('train on captured performances from iteration 2.1 on, and never on what the style selection leaves over', () => {
    const without = STUDY_ITERATIONS.slice(0, 2).map((iteration) => experiment(iteration, 'full', 'folder').data.part)
    expect(without).toMatchObject([{ without: ['performances', 'maestro-v3', 'style'] }, { without: ['style'] }])
  })

  it('keep the counts of the smaller scales', () => {
    for (const iteration of STUDY_ITERATIONS) {
      const { data } = experiment(iteration, 'quick')
      expect(experiment(iteration, 'quick', 'folder').data).toEqual({ ...data, corpus: 'folder' })
    }
  })
})

describe('differsFromStudy', () => {
  it.each(STUDY_ITERATIONS)('is what the published result of iteration %s says', async (iteration) => {
    const path = join(projectRoot, 'report/results/iterations', `${iteration}.json`)
    const { config, dataset, differsFromStudy: said } = JSON.parse(await readFile(path, 'utf8')) as IterationResult
    expect(said).toEqual(differsFromStudy(config, dataset.corpus))
    expect(said[0]).toContain('of the shared corpora; the study used')
  })

  it('says only that the music, its split and its order are others at full scale', () => {
    expect(differsFromStudy(experiment('1', 'full'))).toEqual([
      'Trained on the first 1,200 files of public-domain tunes (music21); the study used the first 11,133 files of Lakh MIDI.',
      'Split 80/10/10 by family of like files; the study split 90/10, file by file.',
      'A batch holds melodies of like length, shuffled anew in every epoch; the study took them in the order of its files.',
    ])
    expect(differsFromStudy(experiment('2.2', 'full'))).toHaveLength(3)
  })

  it('names every setting that was changed, with both values', () => {
    const config = experiment('1', 'full')
    const changed = {
      ...config,
      model: { ...config.model, layerSizes: [64] },
      training: { ...config.training, steps: 1200, window: 64, clip: 'global' as const },
      generation: { ...config.generation, temperature: 0.9 },
    }
    expect(differsFromStudy(changed).slice(3)).toEqual([
      'LSTM layers: 64; the study used 128 + 128.',
      'Training steps: 1,200; the study used 20,000.',
      'Length of a sequence: windows of 64 steps; the study used the whole melody.',
      'Gradient clipping: norm 5, all variables together; the study used norm 5, each variable by itself.',
      'Temperature: 0.9; the study used 1.',
    ])
  })

  it('names the folders where the music is from folders', () => {
    const config = experiment('2.1', 'full')
    const [sentence] = differsFromStudy({ ...config, data: { ...config.data, corpus: 'folder' } })
    expect(sentence).toMatch(/^Trained on all files of the folders named on the command line; the study used 179,781/)
  })

  it('names the cap on folders of music, weights and transpositions', () => {
    const { data, ...rest } = experiment('1', 'full', 'folder')
    const changed = { ...rest, data: { ...data, weights: { pop909: 2, airs: 0.5 }, transpositions: 3 } }
    expect(differsFromStudy(changed).slice(3)).toEqual([
      'Melodies a file: at most 2; the study used all.',
      'Weights of the sources: airs 0.5, pop909 2; the study used all 1.',
      'Other keys a melody is shown in: 3; the study used 0.',
    ])
  })
})

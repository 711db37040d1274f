import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExperimentConfig } from '../../src/config/experimentConfig.ts'
import { iteration3_1 } from '../../src/config/iteration3_1.ts'
import type { MelodyRow } from '../../src/dataset/dataset.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { train, type TrainingJob } from '../../src/training/train.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-notes-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A scale up and down, begun anywhere, in 3/4 or 4/4. */
function melody(n: number, split: 'train' | 'test'): MelodyRow {
  const events = Array.from({ length: 48 + 12 * (n % 3) }, (_, i) =>
    i % 3 === 2 ? -2 : i % 11 === 10 ? -1 : 60 + ((i + n) % 8),
  )
  const stepsPerBar = n % 2 === 0 ? 16 : 12
  const place = { startStep: 0, endStep: events.length, stepsPerBar, stepsPerQuarter: 4, instrument: 0 }
  return { ...place, events, id: `${n}`, path: `${n}.mid`, canonicalHash: '', family: `${n}.mid`, split }
}

const config: ExperimentConfig = {
  ...iteration3_1,
  model: { encoding: 'notes', layerSizes: [8, 8], attentionSize: 4 },
  training: {
    ...iteration3_1.training,
    ...{ steps: 12, batchRows: 200, learningRate: 0.02, logEvery: 2, evaluateEvery: 4, checkpointEvery: 5 },
    schedule: { warmupSteps: 3, decay: 'cosine', finalShare: 0.1 },
  },
}

const job = (name: string, more: Partial<TrainingJob> = {}): TrainingJob => ({
  config,
  train: Array.from({ length: 12 }, (_, n) => melody(n, 'train')),
  test: Array.from({ length: 3 }, (_, n) => melody(20 + n, 'test')),
  runFolder: join(folder, name),
  warmStart: null,
  ...more,
})

const effects = (signal = new AbortController().signal): Effects => ({ reporter: silentReporter, signal, now: () => 0 })

describe('train, for a network of notes', () => {
  it('learns, in batches of limited size', async () => {
    const { rows, checkpoint } = await train(job('whole'), effects())
    const losses = rows.filter(({ kind }) => kind === 'test').map(({ loss }) => loss)
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.8)
    expect(checkpoint.spec).toEqual(config.model)
    expect(rows.every(({ steps }) => steps > 0)).toBe(true)
  })

  it.each([0, 4, 10])('stopped at step %i resumes as if it never stopped', async (step) => {
    const whole = await train(job('whole'), effects())
    const controller = new AbortController()
    const onRow = (row: { step: number }): void => {
      if (row.step === step) controller.abort()
    }
    await expect(train(job('cut', { onRow }), effects(controller.signal))).rejects.toThrow(InterruptedError)
    const resumed = await train(job('cut'), effects())
    expect(resumed.checkpoint.weights).toEqual(whole.checkpoint.weights)
    expect(resumed.checkpoint.adam).toEqual(whole.checkpoint.adam)
    expect(resumed.rows).toEqual(whole.rows)
  })

  it('starts a transfer from the weights of another', async () => {
    const { checkpoint: parent, rows: before } = await train(job('parent'), effects())
    const style = { ...config, warmStart: { from: '3.1', optimizerState: false } as const }
    const { restored, rows } = await train(job('child', { config: style, warmStart: parent }), effects())
    expect(restored).toEqual(Object.keys(parent.weights))
    const ofTest = (all: typeof rows): number[] => all.filter(({ kind }) => kind === 'test').map(({ loss }) => loss)
    expect(ofTest(rows)[0]).toBe(ofTest(before).at(-1))
  })
})

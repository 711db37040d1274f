import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MelodyRow } from '../../src/dataset/dataset.ts'
import type { TrainedConfig, TrainingConfig } from '../../src/config/experimentConfig.ts'
import { iteration1 } from '../../src/config/iteration1.ts'
import { openBackend } from '../../src/model/backend.ts'
import { CheckpointError, loadCheckpoint, modelWeights } from '../../src/model/checkpoint.ts'
import { initialWeights } from '../../src/model/weights.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError, UserError } from '../../src/support/errors.ts'
import { removeIfEmpty } from '../../src/support/folders.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { adoptRun, archiveRun } from '../../src/training/runArchive.ts'
import { runFiles } from '../../src/training/runDirectory.ts'
import { finishedCheckpoint } from '../../src/training/trainingState.ts'
import type { TrainingJob, TrainingOutcome } from '../../src/training/train.ts'
import { distancePenalty } from '../../src/training/stayNear.ts'
import { train } from '../../src/training/train.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-train-'))
})
afterEach(() => rm(folder, { recursive: true }))

function melody(n: number, split: 'train' | 'test'): MelodyRow {
  const events = Array.from({ length: 20 + (n % 5) * 7 }, (_, i) => (i % 2 === 1 ? -2 : 60 + (((i + n) / 2) % 5)))
  const rounded = events.map(Math.floor)
  const place = { startStep: 0, endStep: events.length, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 }
  return { ...place, events: rounded, id: `${n}`, path: `${n}.mid`, canonicalHash: '', family: `${n}.mid`, split }
}

const small: TrainingConfig = {
  ...iteration1.training,
  steps: 12,
  batchSize: 4,
  window: 16,
  learningRate: 0.02,
  keepProbability: 0.8,
  logEvery: 2,
  evaluateEvery: 4,
  checkpointEvery: 5,
}

function job(training: Partial<TrainingConfig> = {}, more: Partial<TrainingJob> = {}): TrainingJob {
  const config: TrainedConfig = {
    ...iteration1,
    model: { encoding: 'basic', layerSizes: [8, 8], attentionLength: 0 },
    training: { ...small, ...training },
  }
  return {
    config,
    train: Array.from({ length: 12 }, (_, n) => melody(n, 'train')),
    test: Array.from({ length: 3 }, (_, n) => melody(20 + n, 'test')),
    runFolder: join(folder, 'run'),
    warmStart: null,
    ...more,
  }
}

/** A clock that gains a second each time it is read, so that rows are comparable. */
function effects(signal = new AbortController().signal): Effects {
  return { reporter: silentReporter, signal, now: () => 0 }
}

/** Runs until the row of `step`, then presses Ctrl-C. */
async function interruptedAt(step: number, base: TrainingJob): Promise<void> {
  const controller = new AbortController()
  const onRow = (row: { step: number }) => {
    if (row.step === step) controller.abort()
  }
  await expect(train({ ...base, onRow }, effects(controller.signal))).rejects.toThrow(InterruptedError)
}

const lastWeights = ({ checkpoint }: TrainingOutcome) => checkpoint.weights

describe('train', () => {
  it('learns, logs rows where the config says so, and returns at once when it is finished', async () => {
    const seen: string[] = []
    const base = job({ steps: 60 }, { onRow: (row) => seen.push(`${row.kind} ${row.step}`) })
    const outcome = await train(base, effects())
    expect(seen.slice(0, 6)).toEqual(['test 0', 'train 0', 'train 2', 'test 4', 'train 4', 'train 6'])
    expect(seen.at(-1)).toBe('test 60')
    const tests = outcome.rows.filter(({ kind }) => kind === 'test')
    expect(tests[0]?.loss).toBeCloseTo(Math.log(38), 0)
    expect(tests.at(-1)?.loss).toBeLessThan(2)
    expect(tests[0]?.perplexity).toBeCloseTo(Math.exp(tests[0]?.loss as number), 6)
    expect(outcome.checkpoint.state).toMatchObject({ made: 60, step: 60, finished: true })
    expect(outcome.restored).toBeNull()

    seen.length = 0
    const again = await train(base, effects())
    expect(seen).toEqual([])
    expect(again.rows).toEqual(outcome.rows)
    expect(lastWeights(again)).toEqual(lastWeights(outcome))
    expect(await finishedCheckpoint(base.runFolder, base.config)).toEqual(outcome.checkpoint)
  })

  it('keeps the best weights by held-out loss beside the last', async () => {
    const { checkpoint, rows } = await train(job(), effects())
    const best = await loadCheckpoint(runFiles(join(folder, 'run')).best)
    const lowest = Math.min(...rows.filter(({ kind }) => kind === 'test').map(({ loss }) => loss))
    expect((best.state['best'] as { loss: number }).loss).toBe(lowest)
    expect(checkpoint.state['best']).toEqual(best.state['best'])
    expect(best.adam).toBeNull()
  })

  it.each([0, 4, 10])('stopped at step %i resumes as if it never stopped', async (step) => {
    const whole = await train(job({}, { runFolder: join(folder, 'whole') }), effects())
    await interruptedAt(step, job())
    expect(await finishedCheckpoint(join(folder, 'run'), job().config)).toBeNull()
    const resumed = await train(job(), effects())
    expect(lastWeights(resumed)).toEqual(lastWeights(whole))
    expect(resumed.checkpoint.adam).toEqual(whole.checkpoint.adam)
    expect(resumed.rows).toEqual(whole.rows)
    const log = await readFile(runFiles(join(folder, 'run')).metrics, 'utf8')
    expect(log).toBe(await readFile(runFiles(join(folder, 'whole')).metrics, 'utf8'))
  })

  it('lengthened, resumes as if more steps had been asked for at once, and refuses to be shortened', async () => {
    const whole = await train(job({ steps: 20 }, { runFolder: join(folder, 'whole') }), effects())
    for (const steps of [4, 12, 20]) await train(job({ steps }), effects())
    const last = await train(job({ steps: 20 }), effects())
    expect(last.checkpoint).toEqual(whole.checkpoint)
    expect(last.rows).toEqual(whole.rows)
    await expect(train(job({ steps: 12 }), effects())).rejects.toThrow(
      /already has 20 steps, more than the 12 asked for: give --steps 20 or more/,
    )
  })

  it('resumes elsewhere from what was kept of it', async () => {
    const whole = await train(job({}, { runFolder: join(folder, 'whole') }), effects())
    await interruptedAt(6, job())
    const [here, kept, there] = ['run', 'kept', 'there/run'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    expect(await archiveRun(here, kept)).toEqual({ run: 'run', step: 7 })
    expect(await adoptRun(kept, join(folder, 'another'))).toBe(false)
    expect(await adoptRun(kept, there, 6)).toBe(false) // fewer steps are asked for than it has made
    expect(await adoptRun(kept, there, 7)).toBe(true)
    expect(await adoptRun(kept, there)).toBe(false)
    const resumed = await train(job({}, { runFolder: there }), effects())
    expect(resumed.checkpoint).toEqual(whole.checkpoint)
    expect(resumed.rows).toEqual(whole.rows)
    await expect(archiveRun(join(folder, 'nothing'), kept)).rejects.toThrow(/has no checkpoint yet/)
  })

  it('kept without its optimizer is what it was when it ended, and goes no further', async () => {
    const [here, kept, there] = ['run', 'kept', 'there/run'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    await interruptedAt(6, job())
    await expect(archiveRun(here, kept, true)).rejects.toThrow(/is not finished/)
    const whole = await train(job(), effects())
    await archiveRun(here, kept)
    const withIt = (await stat(runFiles(kept).checkpoint)).size
    await archiveRun(here, kept, true)
    expect((await stat(runFiles(kept).checkpoint)).size).toBeLessThan(withIt / 2)
    expect(await adoptRun(kept, there)).toBe(true)
    const again = await train(job({}, { runFolder: there }), effects())
    expect(again.checkpoint.weights).toEqual(whole.checkpoint.weights)
    expect([again.rows, again.seconds]).toEqual([whole.rows, whole.seconds])
    const steps = whole.checkpoint.state['made'] as number
    await expect(train(job({ steps: steps + 5 }, { runFolder: there }), effects())).rejects.toThrow(
      `is kept without the optimizer's state, so its run ends at ${steps} steps: give --steps ${steps}, or move`,
    )
  })

  it('after a crash, resumes from the last checkpoint without a row twice', async () => {
    const base = job()
    const whole = await train(job({}, { runFolder: join(folder, 'whole') }), effects())
    const crash = (row: { step: number }) => {
      if (row.step === 8) throw new Error('power cut')
    }
    await expect(train({ ...base, onRow: crash }, effects())).rejects.toThrow('power cut')
    const { metrics } = runFiles(base.runFolder)
    await writeFile(metrics, `${await readFile(metrics, 'utf8')}{"kind":"tr`)
    expect((await train(base, effects())).rows).toEqual(whole.rows)
  })

  it('is the same for the same seed and another for another', async () => {
    const one = await train(job({}, { runFolder: join(folder, 'a') }), effects())
    const other = job({}, { runFolder: join(folder, 'b') })
    const two = await train({ ...other, config: { ...other.config, seed: 2 } }, effects())
    expect(lastWeights(two)).not.toEqual(lastWeights(one))
  })

  it('resumes from a parent with its weights and optimizer, counting its steps', async () => {
    const parent = (await train(job({ steps: 6 }, { runFolder: join(folder, 'parent') }), effects())).checkpoint
    const base = job({ steps: 3 }, { warmStart: parent, runFolder: join(folder, 'child') })
    const config: TrainedConfig = { ...base.config, warmStart: { from: '2.1', optimizerState: true } }
    const child = await train({ ...base, config }, effects())
    expect(child.restored).toEqual(Object.keys(parent.weights))
    expect(child.checkpoint.adam?.step).toBe(9)
    expect(child.rows.map(({ step }) => step)).toEqual([6, 6, 8, 9])
    const parentTest = (await train(job({ steps: 6 }, { runFolder: join(folder, 'parent') }), effects())).rows.at(-1)
    expect(child.rows[0]?.loss).toBe(parentTest?.loss)
    expect(lastWeights(child)).not.toEqual(parent.weights)
  })

  it.each([
    ['averaged weights', { averaging: 0.9 }],
    [
      'a schedule and several batches per step',
      { accumulate: 2, schedule: { warmupSteps: 2, decay: 'cosine', finalShare: 0 } },
    ],
    ['frozen tensors', { freeze: ['lstm_0'] }],
  ] as const)('resumes exactly, with %s', async (_, setting) => {
    const whole = await train(job(setting, { runFolder: join(folder, 'whole') }), effects())
    await interruptedAt(6, job(setting))
    const resumed = await train(job(setting), effects())
    expect(resumed.checkpoint).toEqual(whole.checkpoint)
    expect(resumed.rows).toEqual(whole.rows)
  })

  it('stays nearer to the weights it starts from with a penalty, and resumes exactly', async () => {
    const parent = (await train(job({ steps: 6 }, { runFolder: join(folder, 'parent') }), effects())).checkpoint
    const child = (name: string, stayNear: number | null): TrainingJob => {
      const base = job({ stayNear }, { warmStart: parent, runFolder: join(folder, name) })
      return { ...base, config: { ...base.config, warmStart: { from: '2.1', optimizerState: false } } }
    }
    const whole = await train(child('whole', 0.5), effects())
    await interruptedAt(12, child('run', 0.5))
    const resumed = await train({ ...child('run', 0.5), warmStart: null }, effects())
    expect(resumed.checkpoint).toEqual(whole.checkpoint)
    const free = await train(child('free', null), effects())
    const moved = (outcome: TrainingOutcome): number =>
      distancePenalty(lastWeights(outcome), { start: parent.weights, strength: 1 })
    expect(moved(whole)).toBeLessThan(moved(free) / 2)
  })

  it('says what is wrong where there is nothing to stay near, or that is lost', async () => {
    await expect(train(job({ stayNear: 0.1 }), effects())).rejects.toThrow(
      'training.stayNear is 0.1, but this run starts from scratch',
    )
    await expect(train(job({ stayNear: -1 }), effects())).rejects.toThrow('training.stayNear is -1')
    const parent = (await train(job({ steps: 2 }, { runFolder: join(folder, 'parent') }), effects())).checkpoint
    const base = job({ stayNear: 0.1 }, { warmStart: parent })
    const config: TrainedConfig = { ...base.config, warmStart: { from: '2.1', optimizerState: false } }
    await interruptedAt(8, { ...base, config })
    await rm(runFiles(base.runFolder).start)
    await expect(train({ ...base, config }, effects())).rejects.toThrow(/start\.safetensors is missing/)
  })

  it('measures and keeps the mean of the weights where it averages them', async () => {
    const outcome = await train(job({ averaging: 0.5 }), effects())
    const plain = await train(job({}, { runFolder: join(folder, 'plain') }), effects())
    expect(outcome.checkpoint.weights).toEqual(plain.checkpoint.weights)
    expect(modelWeights(outcome.checkpoint)).not.toEqual(plain.checkpoint.weights)
    expect(outcome.rows.at(-1)?.loss).not.toBe(plain.rows.at(-1)?.loss)
  })

  it('leaves frozen tensors as they were, and moves the others', async () => {
    const first = initialWeights(job().config.model, job().config.seed)
    const { checkpoint } = await train(job({ freeze: ['lstm_0', 'output/bias'] }), effects())
    const same = Object.keys(first).filter((name) => {
      return JSON.stringify(checkpoint.weights[name]) === JSON.stringify(first[name])
    })
    expect(same).toEqual(['lstm_0/kernel', 'lstm_0/bias', 'output/bias'])
  })

  it('leaves no folder of a run that never began', async () => {
    const runFolder = join(folder, 'refused')
    await expect(train(job({ freeze: ['lstm_9'] }, { runFolder }), effects())).rejects.toThrow(/names "lstm_9"/)
    expect(existsSync(runFolder)).toBe(false)
    await mkdir(join(folder, 'empty'))
    await removeIfEmpty(join(folder, 'empty'))
    await removeIfEmpty(join(folder, 'nowhere'))
    await removeIfEmpty(folder.replace(/[^/]+$/, ''))
    expect([existsSync(join(folder, 'empty')), existsSync(folder)]).toEqual([false, true])
  })

  it('learns from several batches per step as from one as large', async () => {
    const two = await train(
      job({ batchSize: 6, window: 'whole', accumulate: 2, steps: 1, keepProbability: 1 }),
      effects(),
    )
    const one = job(
      { batchSize: 12, window: 'whole', steps: 1, keepProbability: 1 },
      { runFolder: join(folder, 'one') },
    )
    const { weights } = (await train(one, effects())).checkpoint
    for (const [name, { data }] of Object.entries(lastWeights(two)))
      expect(Math.max(...data.map((value, n) => Math.abs(value - weights[name]!.data[n]!)))).toBeLessThan(1e-4)
  })

  it('ends with its best weights when patience is over', async () => {
    const base = job({ steps: 400, learningRate: 0.3, patience: 2, evaluateEvery: 3 })
    const outcome = await train(base, effects())
    const { made, best, finished } = outcome.checkpoint.state as {
      made: number
      best: { step: number }
      finished: boolean
    }
    expect(made).toBeLessThan(400)
    expect({ waited: made - best.step, finished }).toEqual({ waited: 6, finished: true })
    const { weights } = await loadCheckpoint(runFiles(base.runFolder).best)
    expect(lastWeights(outcome)).toEqual(weights)
    expect(lastWeights(await train(base, effects()))).toEqual(weights)
  })

  it('logs the rate and the norm of the gradients', async () => {
    const schedule = { warmupSteps: 0, decay: 'linear', finalShare: 0 } as const
    const { rows } = await train(job({ steps: 5, logEvery: 2, schedule }), effects())
    const train_ = rows.filter(({ kind }) => kind === 'train')
    expect(train_.map(({ learningRate }) => learningRate)).toEqual([0.02, 0.01, 0])
    expect(train_.every(({ gradientNorm = 0 }) => gradientNorm > 0)).toBe(true)
  })

  it('refuses a parent with nothing in common', async () => {
    const parent = (await train(job({ steps: 1 }, { runFolder: join(folder, 'parent') }), effects())).checkpoint
    const base = job({}, { warmStart: parent })
    const config: TrainedConfig = {
      ...base.config,
      model: { encoding: 'mono', layerSizes: [9], attentionLength: 0 },
      warmStart: { from: '2.1', optimizerState: true },
    }
    await expect(train({ ...base, config }, effects())).rejects.toThrow(/nothing to restore: .* basic 8\+8 .* mono 9/)
  })

  it('stops when the loss is not a number, naming step, rate and what is kept', async () => {
    const base = job({ learningRate: 1e38, keepProbability: 1, clipNorm: 1e30 })
    const failure = train(base, effects())
    await expect(failure).rejects.toThrow(UserError)
    await expect(failure).rejects.toThrow(/training diverged at step \d+: .*learning rate 1e\+38/)
  })

  it('names a checkpoint that is damaged or of another model', async () => {
    await train(job({ steps: 2 }), effects())
    const base = job({ steps: 4 })
    const other: TrainedConfig = {
      ...base.config,
      model: { encoding: 'basic', layerSizes: [9], attentionLength: 0 },
    }
    await expect(train({ ...base, config: other }, effects())).rejects.toThrow(CheckpointError)
    const { checkpoint } = runFiles(base.runFolder)
    await writeFile(checkpoint, (await readFile(checkpoint)).subarray(0, 500))
    await expect(train(base, effects())).rejects.toThrow(/checkpoint\.safetensors: truncated/)
  })

  it.each<[Partial<TrainingConfig>, string]>([
    [{ batchSize: 0 }, 'training.batchSize is 0: must be a whole number from 1'],
    [{ window: 1.5 }, 'training.window is 1.5: must be "whole" or a whole number from 1'],
    [{ keepProbability: 0 }, 'training.keepProbability is 0: must be above 0 and at most 1'],
    [{ learningRate: NaN }, 'training.learningRate is NaN: must be a number above 0'],
    [{ clipNorm: -1 }, 'training.clipNorm is -1: must be a number above 0'],
    [{ steps: -1 }, 'training.steps is -1: must be a whole number from 0'],
    [{ averaging: 1 }, 'training.averaging is 1: must be null or between 0 and 1'],
    [{ patience: 0 }, 'training.patience is 0: must be null or a whole number from 1'],
    [
      { schedule: { warmupSteps: 0, decay: 'exponential', finalShare: 0 } },
      'training.schedule.finalShare is 0: must be from 0 (exponential: above 0) to 1',
    ],
  ])('refuses %o', async (setting, message) => {
    await expect(train(job(setting), effects())).rejects.toThrow(new UserError(message))
  })

  it('says so when there is nothing to learn from', async () => {
    await expect(train(job({}, { train: [] }), effects())).rejects.toThrow(/no training melodies/)
  })

  it('trains without held-out melodies, on whole melodies, with attention', async () => {
    const base = job({ steps: 2, window: 'whole', clip: 'global' }, { test: [] })
    const model = { encoding: 'attention', layerSizes: [5], attentionLength: 4 } as const
    const outcome = await train({ ...base, config: { ...base.config, model } }, effects())
    expect(outcome.rows.map(({ kind, step }) => `${kind} ${step}`)).toEqual(['train 0'])
    expect(outcome.checkpoint.state['best']).toBeNull()
  })

  it('keeps no tensor from step to step', async () => {
    const { tf } = await openBackend()
    const counts: number[] = []
    await train(job({ steps: 240, logEvery: 20 }, { onRow: () => counts.push(tf.memory().numTensors) }), effects())
    expect(counts.length).toBeGreaterThan(10)
    expect(new Set(counts).size).toBe(1)
  })
})

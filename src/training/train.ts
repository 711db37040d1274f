import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { BatchOrder, OrderState, Sequence } from '../dataset/batches.js'
import { batchOrder, encodable, orderFrom, sequencesOf } from '../dataset/batches.js'
import type { MelodyRow } from '../dataset/dataset.js'
import type { MelodyEncoding } from '../dataset/encoding.js'
import type { ExperimentConfig } from '../iterations/experimentConfig.js'
import type { AdamState } from '../model/adam.js'
import { adamStep, clipGradients } from '../model/adam.js'
import { openBackend } from '../model/backend.js'
import type { Checkpoint } from '../model/checkpoint.js'
import { CheckpointError, loadCheckpoint, saveCheckpoint } from '../model/checkpoint.js'
import { melodyRnn, NO_DROPOUT } from '../model/melodyRnn.js'
import type { MetricSums } from '../model/metricSums.js'
import type { Weights } from '../model/modelSpec.js'
import type { Effects } from '../support/effects.js'
import { InterruptedError, UserError } from '../support/errors.js'
import { mulberry32, seedFrom, shuffled } from '../support/random.js'
import { checkTraining } from './checkTraining.js'
import { type GradientSource, gradientSource } from './gradientSource.js'
import type { MetricRow, Metrics } from './metrics.js'
import { metricsOf } from './metrics.js'
import { appendRow, keepRowsBefore, readRows } from './metricsLog.js'
import type { RunFiles } from './runDirectory.js'
import { describeRun, runFiles } from './runDirectory.js'
import { fromScratch, warmStart } from './transfer.js'

export interface TrainingJob {
  readonly config: ExperimentConfig
  readonly train: readonly MelodyRow[]
  /** How often an epoch shows each of `train`, on average; absent = each once. */
  readonly weights?: readonly number[]
  /** What the held-out rows of the log are measured on. */
  readonly test: readonly MelodyRow[]
  readonly runFolder: string
  /** The finished run this one goes on from; null = from scratch. */
  readonly warmStart: Checkpoint | null
  readonly onRow?: (row: MetricRow) => void
}

export interface TrainingOutcome {
  /** The last step. */
  readonly checkpoint: Checkpoint
  readonly rows: MetricRow[]
  /** Seconds of training, pauses between sessions not counted. */
  readonly seconds: number
  /** Valid events learned from a second of optimizer steps (evaluation and checkpoints not counted). */
  readonly eventsPerSecond: number
  /** Tensors a warm start took over; null when trained from scratch. */
  readonly restored: string[] | null
  readonly backend: string
}

/** All that changes while training; a checkpoint holds all of it, so that a run goes on as if it never stopped. */
interface Progress {
  readonly weights: Weights
  readonly adam: AdamState
  readonly restored: readonly string[] | null
  /** Steps made in this run. */
  readonly made: number
  /** All steps made and the last row taken. */
  readonly finished: boolean
  /** Steps since the first ancestor's scratch. */
  readonly step: number
  readonly order: OrderState
  readonly best: { readonly loss: number; readonly step: number } | null
  readonly seconds: number
  /** Valid events learned from, and the seconds that took. */
  readonly events: number
  readonly stepSeconds: number
}

/** Events of held-out melodies measured for a test row: about a second of work. */
const TEST_EVENTS = 20_000

/**
 * Trains a model as its config says, from the run's checkpoint if there is one, else from the parent, else from scratch;
 * returns at once when the run is finished. Rows go to `metrics.jsonl` and to `onRow`: train rows from the step's own
 * sequences with dropout on, as the study logged them; test rows from a fixed part of the held-out melodies, dropout off.
 * @throws InterruptedError when `effects.signal` aborts, after writing a checkpoint; UserError when the loss is no
 * longer a number or a setting is impossible; CheckpointError when the run's checkpoint cannot be read or is of another model.
 */
export async function train(job: TrainingJob, effects: Effects): Promise<TrainingOutcome> {
  const { config, runFolder } = job
  const { training } = config
  checkTraining(training)
  const files = runFiles(runFolder)
  const backend = await openBackend()
  const saved = await savedProgress(files, config)
  if (saved?.finished) {
    return outcomeOf(saved, config, await readRows(files.metrics), backend.description)
  }

  const model = melodyRnn(backend, config.model)
  const data = trainingData(job, model.encoding)
  await describeRun(runFolder, config, { train: data.trainMelodies, test: data.testMelodies }, backend.description)
  let now = saved ?? firstProgress(job)
  const source = gradientSource(backend, config.model, training.workers, now.weights)
  const rows = await keepRowsBefore(files.metrics, now.step)
  const order = batchOrder(
    data.train.map(({ length }) => length),
    training.batchSize,
    now.order,
    data.weights,
  )
  announce(job, data, order, backend.description, saved, effects)
  const bar = effects.reporter.bar(`Training iteration ${config.iteration}`, training.steps, 'steps')
  bar.update(now.made)
  const clock = stopwatch(effects)
  const log = async (kind: MetricRow['kind'], metrics: Metrics) => {
    const row: MetricRow = { kind, step: now.step, seconds: round(now.seconds + clock.sofar()), ...metrics }
    rows.push(row)
    await appendRow(files.metrics, row)
    job.onRow?.(row)
  }
  const save = () => {
    now = { ...now, order: order.state(), seconds: now.seconds + clock.lap() }
    return saveCheckpoint(files.checkpoint, checkpointOf(now, config))
  }

  try {
    for (;;) {
      // A checkpoint comes before the rows of its step: a run that goes on from it takes them again, equal.
      const done = now.made >= training.steps
      const stop = effects.signal.aborted && !done
      if (stop || (now.made % training.checkpointEvery === 0 && now.made > (saved?.made ?? 0))) await save()
      if (stop) throw interrupted(job, now)

      if (data.test.length > 0 && (done || now.made % training.evaluateEvery === 0)) {
        const metrics = metricsOf(model.measure(now.weights, data.test, NO_DROPOUT))
        await log('test', metrics)
        if (now.best === null || metrics.loss < now.best.loss) {
          now = { ...now, best: { loss: metrics.loss, step: now.step } }
          await saveCheckpoint(files.best, { ...checkpointOf(now, config), adam: null })
        }
      }
      if (done) break

      const started = effects.now()
      const batch = order.next().map((index) => data.train[index] as Sequence)
      const { sums, adam } = await optimize(source, now, batch, config)
      if (now.made % training.logEvery === 0) await log('train', metricsOf(sums))
      if (adam === null) throw diverged(now, sums, config, files)
      now = {
        ...now,
        adam,
        made: now.made + 1,
        step: now.step + 1,
        events: now.events + sums.steps,
        stepSeconds: now.stepSeconds + (effects.now() - started) / 1000,
      }
      bar.update(now.made, `loss ${(sums.loss / sums.steps).toFixed(3)} · ${rateText(now)}`)
      await setImmediate() // lets signals, notebooks and bars have their turn
    }
    now = { ...now, finished: true }
    await save()
  } finally {
    bar.stop()
    await source.close()
  }
  return outcomeOf(now, config, rows, backend.description)
}

/** One optimizer step, in place in the weights of `now`; `adam` is null when the loss or a gradient is no number. */
async function optimize(
  source: GradientSource,
  now: Progress,
  batch: readonly Sequence[],
  { seed, training }: ExperimentConfig,
): Promise<{ sums: MetricSums; adam: AdamState | null }> {
  const dropout = { keepProbability: training.keepProbability, seed: seedFrom(seed, 'dropout', now.step) }
  const { sums, gradients } = await source.gradients(now.weights, batch, dropout)
  const norm = clipGradients(gradients, training.clipNorm, training.clip)
  if (!Number.isFinite(sums.loss) || !Number.isFinite(norm)) return { sums, adam: null }
  return { sums, adam: adamStep(now.weights, gradients, now.adam, training) }
}

interface TrainingData {
  readonly trainMelodies: readonly (readonly number[])[]
  readonly testMelodies: readonly (readonly number[])[]
  readonly train: readonly Sequence[]
  /** Of each sequence of `train`; undefined = all 1. */
  readonly weights: readonly number[] | undefined
  /** Whole melodies. */
  readonly test: readonly Sequence[]
}

function trainingData({ config, train, weights, test }: TrainingJob, encoding: MelodyEncoding): TrainingData {
  const eventsOf = (rows: readonly MelodyRow[]) =>
    encodable(
      rows.map(({ events }) => events),
      encoding,
    )
  const trainMelodies = eventsOf(train)
  const testMelodies = eventsOf(test)
  if (trainMelodies.length === 0)
    throw new UserError('0 training melodies: give a larger corpus, or extract with less strict settings')
  const sequences = sequencesOf(trainMelodies, config.training.window)
  return {
    trainMelodies,
    testMelodies,
    train: sequences,
    weights: weights && weightsOf(sequences, trainMelodies, encodableWeights(train, weights)),
    test: sequencesOf(fixedPart(testMelodies, config.seed), 'whole'),
  }
}

/** The weights of the melodies that `encodable` keeps. */
function encodableWeights(rows: readonly MelodyRow[], weights: readonly number[]): number[] {
  return weights.filter((_, n) => rows[n]!.events.length > 1)
}

/** Each sequence's weight is that of the melody it was cut from. */
function weightsOf(
  sequences: readonly Sequence[],
  melodies: readonly (readonly number[])[],
  weights: readonly number[],
): number[] {
  const weight = new Map(melodies.map((melody, n) => [melody, weights[n] ?? 1]))
  return sequences.map(({ events }) => weight.get(events) ?? 1)
}

/** Melodies in a random but fixed order until they have enough events for a row. */
function fixedPart(melodies: readonly (readonly number[])[], seed: number): (readonly number[])[] {
  let events = 0
  return shuffled(melodies, mulberry32(seedFrom(seed, 'test rows'))).filter((melody) => {
    const room = events < TEST_EVENTS
    events += melody.length
    return room
  })
}

function firstProgress({ config, warmStart: parent }: TrainingJob): Progress {
  const { model, seed } = config
  const start =
    parent === null
      ? fromScratch(model, seed)
      : warmStart(parent, model, seed, config.warmStart?.optimizerState ?? false)
  const order = orderFrom(seedFrom(seed, 'order'))
  return { ...start, made: 0, finished: false, order, best: null, seconds: 0, events: 0, stepSeconds: 0 }
}

async function savedProgress(files: RunFiles, { model }: ExperimentConfig): Promise<Progress | null> {
  if (!existsSync(files.checkpoint)) return null
  const { spec, weights, adam, state } = await loadCheckpoint(files.checkpoint)
  if (JSON.stringify(spec) !== JSON.stringify(model) || adam === null || typeof state['made'] !== 'number')
    throw new CheckpointError(
      `${files.checkpoint}: a checkpoint of ${JSON.stringify(spec)}, the config asks for ${JSON.stringify(model)}; ` +
        'move its folder away to train anew',
    )
  return { ...(state as unknown as Omit<Progress, 'weights' | 'adam'>), weights, adam }
}

function checkpointOf({ weights, adam, ...rest }: Progress, { model }: ExperimentConfig): Checkpoint {
  return { spec: model, weights, adam, state: { ...rest } }
}

function outcomeOf(now: Progress, config: ExperimentConfig, rows: MetricRow[], backend: string): TrainingOutcome {
  return {
    checkpoint: checkpointOf(now, config),
    rows,
    seconds: now.seconds,
    eventsPerSecond: now.events / now.stepSeconds,
    restored: now.restored === null ? null : [...now.restored],
    backend,
  }
}

function announce(
  { config }: TrainingJob,
  data: TrainingData,
  order: BatchOrder,
  backend: string,
  saved: Progress | null,
  { reporter }: Effects,
): void {
  const { window, batchSize } = config.training
  const what = window === 'whole' ? 'whole melodies' : `windows of up to ${window} steps`
  reporter.line(backend)
  reporter.line(
    `${data.train.length} ${what} from ${data.trainMelodies.length} melodies, ${batchSize} a step, ` +
      `${(100 * order.paddingShare()).toFixed(1)}% padding; ${data.testMelodies.length} held-out melodies`,
  )
  if (saved !== null) reporter.line(`going on from step ${saved.made} of ${config.training.steps}`)
}

function interrupted({ config, runFolder }: TrainingJob, { made }: Progress): InterruptedError {
  return new InterruptedError(
    `stopped at step ${made} of ${config.training.steps}; the checkpoint in ${runFolder} holds everything: ` +
      'run the same command to go on',
  )
}

function diverged(now: Progress, sums: MetricSums, { training }: ExperimentConfig, files: RunFiles): UserError {
  const kept = existsSync(files.checkpoint)
    ? `the last good checkpoint is kept in ${files.checkpoint}`
    : 'nothing is kept'
  return new UserError(
    `training left the numbers at step ${now.step}: loss ${sums.loss / sums.steps} (learning rate ` +
      `${training.learningRate}, clip norm ${training.clipNorm}); lower one of them. ${kept}`,
  )
}

function rateText({ events, stepSeconds }: Progress): string {
  return `${(events / Math.max(stepSeconds, 1e-3) / 1000).toFixed(1)}k events/s`
}

function stopwatch({ now }: Effects): { sofar(): number; lap(): number } {
  let start = now()
  return {
    sofar: () => (now() - start) / 1000,
    lap() {
      const seconds = (now() - start) / 1000
      start = now()
      return seconds
    },
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}

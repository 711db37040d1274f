import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { BatchOrder, OrderState, Sequence } from '../dataset/batches.js'
import { batchOrder, encodable, isEncodable, orderFrom, sequencesOf } from '../dataset/batches.js'
import type { MelodyRow } from '../dataset/dataset.js'
import type { MelodyEncoding } from '../dataset/encoding.js'
import type { ExperimentConfig } from '../iterations/experimentConfig.js'
import type { AdamState } from '../model/adam.js'
import { adamStep, clipGradients } from '../model/adam.js'
import { type Backend, openBackend } from '../model/backend.js'
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
import { lockRun } from './runLock.js'
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
 * longer a number, a setting is impossible or the disk refuses; RunLockedError when another process works in the run's
 * folder; CheckpointError when the run's checkpoint cannot be read or is of another model.
 */
export async function train(job: TrainingJob, effects: Effects): Promise<TrainingOutcome> {
  const { config, runFolder } = job
  checkTraining(config.training)
  const files = runFiles(runFolder)
  const backend = await openBackend()
  const finished = await savedProgress(files, config)
  if (finished?.finished) return outcomeOf(finished, config, await readRows(files.metrics), backend.description)
  try {
    const unlock = await lockRun(runFolder, effects.now())
    try {
      return await trainOn(job, backend, files, effects)
    } finally {
      await unlock()
    }
  } catch (error) {
    throw diskProblem(error, files) ?? error
  }
}

/** The loop itself. */
async function trainOn(
  job: TrainingJob,
  backend: Backend,
  files: RunFiles,
  effects: Effects,
): Promise<TrainingOutcome> {
  const { config, runFolder } = job
  const { training } = config
  const saved = await savedProgress(files, config)
  const model = melodyRnn(backend, config.model)
  const data = trainingData(job, model.encoding)
  await describeRun(runFolder, config, { train: data.trainMelodies, test: data.testMelodies }, backend.description)
  let now = saved ?? firstProgress(job)
  const source = gradientSource(backend, config.model, training.workers, now.weights)
  const rows = await keepRowsBefore(files.metrics, now.step)
  const order = orderAt(now.order, data, config)
  announce(job, data, order, backend.description, saved, effects)
  await foretell(source, now, data, order, config, effects)
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
      if (adam === null) throw diverged(now, sums, config, files, namesOf(batch, data))
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
  /** Names of the training melodies, by their events. */
  readonly names: ReadonlyMap<readonly number[], string>
}

function trainingData({ config, train, weights, test }: TrainingJob, encoding: MelodyEncoding): TrainingData {
  const eventsOf = (rows: readonly MelodyRow[]) =>
    encodable(
      rows.map(({ events }) => events),
      encoding,
    )
  const trainMelodies = eventsOf(train)
  const trainRows = train.filter(({ events }) => isEncodable(events)) // those that `encodable` keeps, in its order
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
    names: new Map(trainMelodies.map((events, n) => [events, trainRows[n]!.id])),
  }
}

/** The melodies a batch was cut from, each once. */
function namesOf(batch: readonly Sequence[], { names }: TrainingData): string[] {
  return [...new Set(batch.map(({ events }) => names.get(events) ?? '?'))]
}

function orderAt(state: OrderState, { train, weights }: TrainingData, { training }: ExperimentConfig): BatchOrder {
  return batchOrder(
    train.map(({ length }) => length),
    training.batchSize,
    state,
    weights,
  )
}

/** Fewer steps are over before a forecast would help. */
const FORECAST_FROM_STEPS = 100

/** Says how long the rest will take, by the first batch: once to warm up, once by the clock. Changes nothing. */
async function foretell(
  source: GradientSource,
  now: Progress,
  data: TrainingData,
  order: BatchOrder,
  config: ExperimentConfig,
  effects: Effects,
): Promise<void> {
  const { training } = config
  const left = training.steps - now.made
  if (left < FORECAST_FROM_STEPS || effects.signal.aborted) return
  const batch = orderAt(order.state(), data, config)
    .next()
    .map((index) => data.train[index]!)
  await source.gradients(now.weights, batch.slice(0, training.workers), NO_DROPOUT)
  const started = effects.now()
  const { sums } = await source.gradients(now.weights, batch, NO_DROPOUT)
  const rate = sums.steps / ((effects.now() - started) / 1000)
  if (!Number.isFinite(rate)) return
  const events = data.train.reduce((total, { length }) => total + length, 0) / data.train.length
  const seconds = (left * events * batch.length) / rate
  effects.reporter.line(
    `${training.workers} ${training.workers === 1 ? 'worker' : 'workers'}, about ${(rate / 1000).toFixed(1)}k events/s: ` +
      `${left.toLocaleString('en')} steps will take about ${inWords(seconds)}`,
  )
}

/** @example inWords(5400) // '1 h 30 min' */
export function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The weights of the melodies that `encodable` keeps. */
function encodableWeights(rows: readonly MelodyRow[], weights: readonly number[]): number[] {
  return weights.filter((_, n) => isEncodable(rows[n]!.events))
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

/** Melodies named in a message; a batch has 128. */
const NAMED = 5

function diverged(
  now: Progress,
  sums: MetricSums,
  { training }: ExperimentConfig,
  files: RunFiles,
  melodies: readonly string[],
): UserError {
  const kept = existsSync(files.checkpoint)
    ? `the last good checkpoint is kept in ${files.checkpoint}`
    : 'nothing is kept'
  return new UserError(
    `training left the numbers at step ${now.step}: loss ${sums.loss / sums.steps} (learning rate ` +
      `${training.learningRate}, clip norm ${training.clipNorm}); lower one of them. The batch held ` +
      `${melodies.slice(0, NAMED).join(', ')}${melodies.length > NAMED ? ` and ${melodies.length - NAMED} more` : ''}. ${kept}`,
  )
}

const DISK_PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EROFS: 'the file system is read-only: make it writable',
  EACCES: 'it may not be written: change its permissions',
  EPERM: 'it may not be written: change its permissions',
}

/** What the disk refuses, with the remedy; null for any other error. */
function diskProblem(error: unknown, files: RunFiles): UserError | null {
  const { code = '', path } = error as NodeJS.ErrnoException
  const problem = DISK_PROBLEMS[code]
  if (problem === undefined) return null
  const kept = existsSync(files.checkpoint)
    ? `the last good checkpoint is kept in ${files.checkpoint}`
    : 'nothing is kept'
  return new UserError(
    `cannot write ${path ?? files.checkpoint} (${code}), ${problem} and run the same command to go on; ${kept}`,
    { cause: error },
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

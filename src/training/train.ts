import { stopwatch } from './stopwatch.ts'
import { setImmediate } from 'node:timers/promises'
import type { BatchOrder, Sequence } from '../dataset/batches.ts'
import type { TrainingRow } from '../dataset/dataset.ts'
import { encodeMelodySet } from '../dataset/melodySet.ts'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import { type AdamState, adamStep, clipGradients } from '../model/adam.ts'
import { type Backend, openBackend } from '../model/backend.ts'
import { type Checkpoint, loadCheckpoint, modelWeights, saveCheckpoint } from '../model/checkpoint.ts'
import { NO_DROPOUT } from '../model/dropout.ts'
import type { MetricSums } from '../model/metricSums.ts'
import { openNetwork } from '../model/openNetwork.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { writeFileAtomic } from '../support/files.ts'
import { removeIfEmpty } from '../support/folders.ts'
import { averageInto } from './averaging.ts'
import { checkModel, checkTraining } from './checkTraining.ts'
import { heldBack, heldBy, type HeldWeights, without } from './heldWeights.ts'
import { addPenaltyGradient } from './stayNear.ts'
import { openEventLog, readMetricRows } from './eventLog.ts'
import { forecast } from './forecast.ts'
import type { GradientSource } from './batchGradients.ts'
import { gradientSource } from './gradientSource.ts'
import { type MetricRow, metricsOf } from '../results/metrics.ts'
import { describeRun, type RunFiles, runFiles } from './runDirectory.ts'
import { lockRun } from './runLock.ts'
import { dropoutAt, learningRateAt } from './schedule.ts'
import { namesOf, nextSequences, orderAt, type TrainingData, trainingData } from './trainingData.ts'
import { diskProblem, diverged, interrupted } from './trainingErrors.ts'
import { checkpointOf, firstState, isOutOfPatience, isOver, savedState, type TrainingState } from './trainingState.ts'
import { describePlan, fromScratch, frozenNames, planTransfer, warmStart } from './transfer.ts'

/** A training: settings, data and folders. */
export interface TrainingJob {
  readonly config: TrainedConfig
  readonly train: readonly TrainingRow[]
  /** How often an epoch shows each of `train`, on average; absent = each once. */
  readonly weights?: readonly number[]
  /** What the held-out rows of the log are measured on. */
  readonly test: readonly TrainingRow[]
  readonly runFolder: string
  /** What this one resumes from, a finished run or weights; null = from scratch. */
  readonly warmStart: Checkpoint | null
  /** Canonical hashes of the melodies its weights had seen; null if unknown, absent = none. */
  readonly seenBefore?: readonly string[] | null
  readonly onRow?: (row: MetricRow) => void
}

/** The result of a training. */
export interface TrainingOutcome {
  /** The last step; where patience ended the run, with the best weights. */
  readonly checkpoint: Checkpoint
  readonly rows: MetricRow[]
  /** Seconds of training, pauses between sessions not counted. */
  readonly seconds: number
  /** Valid events learned from per second of optimizer steps (evaluation and checkpoints not counted). */
  readonly eventsPerSecond: number
  /** Tensors a warm start took over; null when trained from scratch. */
  readonly restored: string[] | null
  readonly backend: string
}

/**
 * Trains a model as its config says, from the run's checkpoint if there is one, else from the parent, else from scratch;
 * returns at once when the run is finished; a finished one resumes when more steps are asked for. Rows go to the run's log
 * and to `onRow`: train rows from the step's own sequences with dropout on, as the study logged them; test rows from a fixed
 * part of the held-out melodies, dropout off.
 * @throws InterruptedError when `effects.signal` aborts, after writing a checkpoint; UserError when the loss is no
 * longer a number, a setting is impossible or the disk refuses; RunLockedError when another process works in the run's
 * folder; CheckpointError when the run's checkpoint cannot be read or is of another model.
 */
export async function train(job: TrainingJob, effects: Effects): Promise<TrainingOutcome> {
  const { config, runFolder } = job
  checkModel(config.model)
  checkTraining(config.training)
  frozenNames(config.model, config.training.freeze)
  const files = runFiles(runFolder)
  const backend = await openBackend()
  const finished = await savedState(files, config)
  if (finished !== null && isOver(finished, config))
    return outcomeOf(finished, config, await readMetricRows(files.metrics), backend.description)
  try {
    const unlock = await lockRun(runFolder, effects.now())
    try {
      return await trainOn(job, backend, files, effects)
    } finally {
      await unlock()
      await removeIfEmpty(runFolder)
    }
  } catch (error) {
    throw diskProblem(error, files) ?? error
  }
}

/** Lists the melodies that the weights will have seen, so that nobody tests on them by accident. */
async function noteTrainedOn({ trainedOn }: RunFiles, { train, seenBefore = [] }: TrainingJob): Promise<void> {
  if (seenBefore === null) return
  const own = train.map(({ canonicalHash }) => canonicalHash)
  await writeFileAtomic(trainedOn, encodeMelodySet([...own, ...seenBefore]))
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
  const saved = await savedState(files, config)
  const model = openNetwork(backend, config.model)
  const data = trainingData(job, model)
  await noteTrainedOn(files, job)
  await describeRun(runFolder, config, { train: data.trainMelodies, test: data.testMelodies }, backend.description)
  // A run that is lengthened was finished before.
  let now: TrainingState = saved === null ? firstState(startOf(job), config) : { ...saved, finished: false }
  const held = await heldBy(files, config, saved === null ? now.weights : null)
  const source = gradientSource(backend, config.model, training.workers, now.weights)
  const order = orderAt(now.order, data, config)
  announce(job, data, order, backend.description, saved, effects)
  const log = await openEventLog(files, now.step, effects.now)
  await forecast({ source, weights: now.weights, data, order, left: training.steps - now.made }, config, effects)
  const bar = effects.reporter.bar(`Training iteration ${config.iteration}`, training.steps, 'steps')
  bar.update(now.made)
  const clock = stopwatch(effects.now)
  const add = async (row: Omit<MetricRow, 'step' | 'seconds'>) => {
    const taken: MetricRow = { ...row, step: now.step, seconds: round(now.seconds + clock.sofar()) }
    await log.add(taken)
    job.onRow?.(taken)
  }
  const save = () => {
    now = { ...now, order: order.state(), seconds: now.seconds + clock.lap() }
    return saveCheckpoint(files.checkpoint, checkpointOf(now, config))
  }

  try {
    for (;;) {
      // A checkpoint comes before the rows of its step: a run that resumes from it takes them again, equal.
      const done = now.made >= training.steps
      const stop = effects.signal.aborted && !done
      if (stop) effects.reporter.line(`interrupted: writing a checkpoint at step ${now.made}`)
      if (stop || (now.made % training.checkpointEvery === 0 && now.made > (saved?.made ?? 0))) await save()
      if (stop) {
        await log.close()
        throw interrupted(`at step ${now.made} of ${training.steps}`, runFolder)
      }

      if (data.test.length > 0 && (done || now.made % training.evaluateEvery === 0)) {
        const metrics = metricsOf(model.measure(modelWeights(now), data.test, NO_DROPOUT))
        await add({ kind: 'test', ...metrics })
        if (now.best === null || metrics.loss < now.best.loss) {
          now = { ...now, best: { loss: metrics.loss, step: now.step } }
          await saveBest(files, now, config)
        }
      }
      if (done || isOutOfPatience(now, config)) break

      const started = effects.now()
      const batch = nextSequences(order, data, config)
      const { sums, adam, learningRate, gradientNorm } = await optimize(source, now, batch, config, held)
      if (now.made % training.logEvery === 0)
        await add({ kind: 'train', ...metricsOf(sums), learningRate, gradientNorm })
      if (adam === null)
        throw diverged({ step: now.step, loss: sums.loss / sums.steps, melodies: namesOf(batch, data) }, config, files)
      if (now.averaged !== null) averageInto(now.averaged, now.weights, training.averaging ?? 0, now.made)
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
    if (now.made < training.steps) now = await withBestWeights(now, files, effects)
    now = { ...now, finished: true }
    await save()
    await log.close()
  } finally {
    bar.stop()
    await source.close()
  }
  return outcomeOf(now, config, [...log.rows], backend.description)
}

/** Fresh weights, or the parent's. */
function startOf({ config, warmStart: parent }: TrainingJob) {
  const { model, seed } = config
  if (parent === null) return fromScratch(model, seed)
  return warmStart(parent, model, seed, config.warmStart ?? { optimizerState: false })
}

interface Optimized {
  readonly sums: MetricSums
  /** Null when the loss or a gradient is not a number. */
  readonly adam: AdamState | null
  readonly learningRate: number
  /** Of all gradients together, before they were clipped. */
  readonly gradientNorm: number
}

/** One optimizer step, in place in the weights of `now`. */
async function optimize(
  source: GradientSource,
  now: TrainingState,
  batch: readonly Sequence[],
  config: TrainedConfig,
  held: HeldWeights,
): Promise<Optimized> {
  const { frozen, anchor } = held
  const { training } = config
  const found = await source.gradients(now.weights, batch, dropoutAt(config, now.step))
  const { sums } = found
  const gradients = heldBack(found.gradients, held)
  if (anchor !== null) addPenaltyGradient(gradients, now.weights, { start: anchor, strength: training.stayNear ?? 0 })
  const gradientNorm = clipGradients(gradients, training.clipNorm, training.clip)
  const learningRate = learningRateAt(training, now.made)
  if (!Number.isFinite(sums.loss) || !Number.isFinite(gradientNorm))
    return { sums, adam: null, learningRate, gradientNorm }
  const adam = adamStep(without(now.weights, frozen), gradients, now.adam, { learningRate })
  return { sums, adam, learningRate, gradientNorm }
}

/** Weights alone, of the model as it is measured: the running mean where there is one. */
async function saveBest(files: RunFiles, now: TrainingState, config: TrainedConfig): Promise<void> {
  const { state } = checkpointOf(now, config)
  const best = { spec: config.model, weights: modelWeights(now), adam: null, averaged: null, state }
  await saveCheckpoint(files.best, best)
}

/** A run that patience ended counts by its best weights. */
async function withBestWeights(now: TrainingState, files: RunFiles, { reporter }: Effects): Promise<TrainingState> {
  const { weights } = await loadCheckpoint(files.best)
  reporter.line(
    `no lower validation loss since step ${now.best?.step}: stopped at step ${now.step}; the run keeps the weights of step ${now.best?.step}`,
  )
  return { ...now, weights, averaged: now.averaged === null ? null : weights }
}

function outcomeOf(now: TrainingState, config: TrainedConfig, rows: MetricRow[], backend: string): TrainingOutcome {
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
  { config, warmStart: parent }: TrainingJob,
  data: TrainingData,
  order: BatchOrder,
  backend: string,
  saved: TrainingState | null,
  { reporter }: Effects,
): void {
  const { window, batchSize, batchRows } = config.training
  const perStep = batchRows === undefined ? `${batchSize}` : `up to ${counted(batchRows, 'note')}`
  if (saved === null && parent !== null)
    describePlan(planTransfer(parent, config.model, config.training.freeze)).forEach(reporter.line)
  const what = window === 'whole' ? 'whole melodies' : `windows of up to ${window} steps`
  reporter.line(backend)
  reporter.line(
    `Training iteration ${config.iteration}, ${counted(config.training.steps, 'step')}: ` +
      `${data.train.length} ${what} from ${counted(data.trainMelodies.length, 'melody', 'melodies')}, ${perStep} per step, ` +
      `${(100 * order.paddingShare()).toFixed(1)}% padding; ${counted(data.testMelodies.length, 'validation melody', 'validation melodies')}`,
  )
  if (saved !== null) reporter.line(`resuming from step ${saved.made} of ${config.training.steps}`)
}

function rateText({ events, stepSeconds }: TrainingState): string {
  return `${(events / Math.max(stepSeconds, 1e-3) / 1000).toFixed(1)}k events/s`
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}

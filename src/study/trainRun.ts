import { readFile } from 'node:fs/promises'
import type { MelodyRow } from '../dataset/dataset.ts'
import { melodySetHashes } from '../dataset/melodySet.ts'
import { type Baselines, labelBaselines } from '../evaluation/baselines.ts'
import { evaluate } from '../evaluation/numerical.ts'
import { findModel, trainedOnBeside } from '../generation/findModel.ts'
import { isNoteModel } from '../config/modelSpec.ts'
import { merged } from '../config/overrides.ts'
import { experiment } from '../config/scales.ts'
import { type Checkpoint, loadWeights } from '../model/checkpoint.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { bestCheckpoint, type WeightsAtStep } from '../training/bestCheckpoint.ts'
import type { Metrics } from '../results/metrics.ts'
import { planTransfer, restoredNames, type TensorTransfer } from '../training/transfer.ts'
import {
  type IterationOptions,
  type OpenedIteration,
  openIteration,
  trainIteration,
  type WarmStart,
} from './reproduce.ts'
import { numberOf } from '../support/records.ts'

/** A training of one's own: an iteration's settings, some of them changed, on the music one names. */
export interface TrainOptions extends Omit<IterationOptions, 'folders'> {
  readonly folders?: StudyFolders
  /** Weights to resume from: an iteration, a run (its last ones), or a checkpoint's file; absent = as the iteration says. */
  readonly parent?: string
  /** With a parent: whether Adam keeps the parent's moments. */
  readonly optimizer?: 'keep' | 'fresh'
  /** Says what a transfer would restore, and trains nothing. */
  readonly planOnly?: boolean
}

/** Weights of a run with what they reach. */
export interface Reached {
  /** Optimizer steps behind the weights, including those of the parent. */
  readonly step: number
  /** On the test side. */
  readonly test: Metrics
}

/** The result of `trainRun`. */
export interface TrainResult {
  /** Name of the run; `cantus generate` takes it, and then uses the weights of `best`. */
  readonly run: string
  readonly runFolder: string
  /** The last step the run made. */
  readonly step: number
  /** Of a transfer: what became of each tensor; null otherwise. */
  readonly transfer: readonly TensorTransfer[] | null
  /** Of the best weights on the test side; null if only the plan was asked for. */
  readonly test: Metrics | null
  /** The weights of the lowest validation loss, which commands use; null if only the plan was asked for. */
  readonly best: Reached | null
  /** The end of the run; null if it is the best, or only the plan was asked for. */
  readonly last: Reached | null
  /** What the training side's event frequencies alone reach on the test side; null if only the plan was asked for. */
  readonly baselines: Baselines | null
}

/**
 * Trains what the options say in a run of its own under `data/runs`; nothing is published. The same call resumes where an
 * earlier one stopped. With a parent the model has the parent's shape, unless a setting says otherwise.
 * @throws UserError for an unusable setting, corpus or parent; InterruptedError.
 */
export async function trainRun(options: TrainOptions, effects: Effects): Promise<TrainResult> {
  const folders = options.folders ?? studyFolders()
  const parent = options.parent === undefined ? null : await openParent(options.parent, folders)
  const opened = await openIteration({ ...options, folders, ...startingFrom(parent, options) }, effects)
  const { run, runFolder, config } = opened
  const transfer = parent && planTransfer(parent.checkpoint, config.model, config.training.freeze)
  if (options.planOnly)
    return { run, runFolder, step: 0, transfer, test: null, best: null, last: null, baselines: null }
  if (parent && transfer) restoredNames(transfer, parent.checkpoint, config.model)
  const { checkpoint } = await trainIteration(opened, effects)
  return { run, runFolder, transfer, ...(await reached(opened, checkpoint, effects)) }
}

/** The weights to start from, and their shape, as an iteration takes them; nothing without a parent. */
function startingFrom(parent: Omit<WarmStart, 'optimizerState'> | null, options: TrainOptions) {
  if (parent === null) return {}
  const { checkpoint } = parent
  const hasOptimizer = checkpoint.adam !== null
  if (options.optimizer === 'keep' && !hasOptimizer)
    throw new UserError(
      `${options.parent} holds weights without an optimizer: --optimizer fresh, or name a run or NAME@last`,
    )
  const { spec } = checkpoint
  if (isNoteModel(spec) !== isNoteModel(experiment(options.iteration, options.scale).model))
    throw new UserError(
      `${options.parent} reads ${isNoteModel(spec) ? 'notes' : 'steps'} and iteration ${options.iteration} does not: ` +
        `add --iteration ${isNoteModel(spec) ? '3.2' : '2.2'}`,
    )
  return {
    overrides: merged([{ model: isNoteModel(spec) ? spec : { residual: false, ...spec } }, options.overrides ?? {}]),
    warmStart: { ...parent, optimizerState: hasOptimizer && options.optimizer !== 'fresh' },
  }
}

async function reached({ runFolder, part }: OpenedIteration, checkpoint: Checkpoint, effects: Effects) {
  const { spec } = checkpoint
  const { best, last } = await bestCheckpoint(runFolder, checkpoint)
  const eventsOf = (rows: readonly MelodyRow[]) => rows.map(({ events }) => events)
  const measure = async ({ step, weights }: WeightsAtStep): Promise<Reached> => {
    return { step, test: await evaluate(spec, weights, part.test, effects) }
  }
  const bestReached = await measure(best)
  return {
    step: stepOf(checkpoint),
    test: bestReached.test,
    best: bestReached,
    last: last && (await measure(last)),
    baselines: labelBaselines(spec, eventsOf(part.train), eventsOf(part.test)),
  }
}

/** A training resumes from the last weights of a run, with their optimizer. */
async function openParent(source: string, folders: StudyFolders): Promise<Omit<WarmStart, 'optimizerState'>> {
  const path = await findModel({ source }, folders, 'last')
  const list = trainedOnBeside(path)
  return { ...(await loadWeights(path)), seen: list === null ? null : melodySetHashes(await readFile(list), list) }
}

const stepOf = ({ state }: Checkpoint): number => numberOf(state, 'step') ?? NaN

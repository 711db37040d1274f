import { existsSync } from 'node:fs'
import type { OrderState } from '../dataset/batches.ts'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import { type AdamState, initialAdam } from '../model/adam.ts'
import { type Checkpoint, CheckpointError, loadCheckpoint } from '../model/checkpoint.ts'
import type { Weights } from '../config/modelSpec.ts'
import { copyWeights } from '../model/weights.ts'
import { UserError } from '../support/errors.ts'
import { type RunFiles, runFiles } from './runDirectory.ts'
import { firstOrder } from './trainingData.ts'
import type { Start } from './transfer.ts'
import { counted } from '../support/text/counted.ts'

/** All that changes while training; a checkpoint holds all of it, so that a run resumes as if it never stopped. */
export interface TrainingState {
  readonly weights: Weights
  readonly adam: AdamState
  /** Running mean of the weights; null if the config asks for none. */
  readonly averaged: Weights | null
  readonly restored: readonly string[] | null
  /** Steps made in this run. */
  readonly made: number
  /** All steps made and the last row taken. */
  readonly finished: boolean
  /** Steps since the first ancestor's scratch. */
  readonly step: number
  readonly order: OrderState
  /** The lowest held-out loss, and the step it was measured at. */
  readonly best: { readonly loss: number; readonly step: number } | null
  readonly seconds: number
  /** Valid events learned from, and the seconds that took. */
  readonly events: number
  readonly stepSeconds: number
}

/** Before the first step. */
export function firstState(start: Start, config: TrainedConfig): TrainingState {
  const { training } = config
  const { weights, adam, step, restored } = start
  return {
    ...{ weights, adam, step, restored },
    averaged: training.averaging === null ? null : copyWeights(weights),
    order: firstOrder(config),
    ...{ made: 0, finished: false, best: null, seconds: 0, events: 0, stepSeconds: 0 },
  }
}

/**
 * Where the run stopped; null when it has no checkpoint yet. One kept without the optimizer's state is over, and stays so.
 * @throws CheckpointError when that cannot be read, is of another model, or would have to go on without its optimizer.
 */
export async function savedState(files: RunFiles, { model, training }: TrainedConfig): Promise<TrainingState | null> {
  if (!existsSync(files.checkpoint)) return null
  const { spec, weights, adam, averaged, state } = await loadCheckpoint(files.checkpoint)
  const fits = JSON.stringify(spec) === JSON.stringify(model) && (averaged !== null) === (training.averaging !== null)
  if (!fits || !isOfTraining(state) || (adam === null && !state.finished))
    throw new CheckpointError(
      `${files.checkpoint}: a checkpoint of ${JSON.stringify(spec)}${averaged === null ? '' : ' with averaged weights'}, ` +
        `the config asks for ${JSON.stringify(model)}${training.averaging === null ? '' : ' with averaged weights'}; ` +
        'move its folder away to train from scratch',
    )
  if (adam === null && state.made < training.steps)
    throw new CheckpointError(
      `${files.checkpoint} is kept without the optimizer's state, so its run ends at ${counted(state.made, 'step')}: give --steps ${state.made}, or move its folder away to train from scratch`,
    )
  return { ...state, weights, adam: adam ?? initialAdam(weights), averaged } // no step will be made from these slots
}

/** Whether a training wrote it: a tuner counts rounds. */
const isOfTraining = (state: object): state is Omit<TrainingState, 'weights' | 'adam' | 'averaged'> =>
  'made' in state && typeof state.made === 'number'

/** The state as a checkpoint holds it. */
export function checkpointOf({ weights, adam, averaged, ...rest }: TrainingState, config: TrainedConfig): Checkpoint {
  return { spec: config.model, weights, adam, averaged, state: { ...rest } }
}

/** The checkpoint of a run that made all the steps its config asks for; null when it is not there yet. */
export async function finishedCheckpoint(folder: string, config: TrainedConfig): Promise<Checkpoint | null> {
  const state = await savedState(runFiles(folder), config)
  return state !== null && isOver(state, config) ? checkpointOf(state, config) : null
}

/**
 * Whether a run has no step left to make.
 * @throws UserError when it has made more than the config asks for: what it was then is gone.
 */
export function isOver(state: TrainingState, config: TrainedConfig): boolean {
  const { steps } = config.training
  if (state.made > steps)
    throw new UserError(
      `this run of iteration ${config.iteration} already has ${counted(state.made, 'step')}, more than the ${steps} asked for: give --steps ${state.made} or more`,
    )
  return state.finished && (state.made === steps || isOutOfPatience(state, config))
}

/** Whether the held-out loss has not fallen for as long as the config waits. */
export function isOutOfPatience({ step, best }: TrainingState, { training }: TrainedConfig): boolean {
  const { patience, evaluateEvery } = training
  return patience !== null && best !== null && step - best.step >= patience * evaluateEvery
}

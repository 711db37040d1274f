import { existsSync } from 'node:fs'
import { type Checkpoint, CheckpointError, loadWeights, modelWeights } from '../model/checkpoint.ts'
import type { Weights } from '../config/modelSpec.ts'
import { runFiles } from './runDirectory.ts'
import { isRecord, numberOf } from '../support/records.ts'

/** The weights of a run: those that are used, and those of its end if they differ. */
export interface RunWeights {
  /** Of the lowest validation loss; the last ones of a run without a validation side. */
  readonly best: WeightsAtStep
  /** Of the end of the run; null if they are the best ones. */
  readonly last: WeightsAtStep | null
}

/** Weights and their step. */
export interface WeightsAtStep {
  readonly weights: Weights
  /** Optimizer steps behind them, including those of the parent. */
  readonly step: number
}

/**
 * The best weights of a run, and its last ones where they differ. Best is the lowest validation loss that the run logged; of
 * equal losses the earliest.
 * @param last the run's checkpoint.
 * @throws CheckpointError when the file of the best weights is missing, damaged or of another step.
 */
export async function bestCheckpoint(runFolder: string, last: Checkpoint): Promise<RunWeights> {
  const step = stepOf(last)
  const end = { weights: modelWeights(last), step }
  const bestStep = bestStepOf(last)
  if (bestStep === null || bestStep === step) return { best: end, last: null }
  const best = await loadBest(runFiles(runFolder).best, bestStep)
  // A run that patience ended has its best weights in its last checkpoint too.
  return { best, last: sameWeights(best.weights, end.weights) ? null : end }
}

async function loadBest(path: string, expected: number): Promise<WeightsAtStep> {
  const remedy = 'restore the whole run folder, or move it away to train from scratch'
  if (!existsSync(path))
    throw new CheckpointError(
      `${path} is missing: it holds the run's best weights, those of step ${expected}; ${remedy}`,
    )
  const { checkpoint } = await loadWeights(path) // a kept run has them as they are published
  const step = stepOf(checkpoint)
  if (step !== expected)
    throw new CheckpointError(
      `${path} holds the weights of step ${step}, the run's best are of step ${expected}; ${remedy}`,
    )
  return { weights: modelWeights(checkpoint), step }
}

const stepOf = ({ state, adam }: Checkpoint): number =>
  typeof state['step'] === 'number' ? state['step'] : (adam?.step ?? 0)

/** The step of the lowest validation loss; null if none was measured. */
function bestStepOf({ state }: Checkpoint): number | null {
  const best = state['best']
  return isRecord(best) ? (numberOf(best, 'step') ?? null) : null
}

function sameWeights(a: Weights, b: Weights): boolean {
  return Object.entries(a).every(([name, { data }]) => {
    const other = b[name]?.data
    return other !== undefined && data.length === other.length && data.every((value, n) => value === other[n])
  })
}

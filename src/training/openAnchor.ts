import { existsSync } from 'node:fs'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import type { Weights } from '../config/modelSpec.ts'
import { CheckpointError, loadCheckpoint, saveCheckpoint } from '../model/checkpoint.ts'
import { copyWeights } from '../model/weights.ts'
import { UserError } from '../support/errors.ts'
import type { RunFiles } from './runDirectory.ts'

/**
 * The weights that a penalty keeps a transfer near; null where its config asks for no penalty. They are written beside the run, so
 * that it resumes with the same ones.
 * @param first the weights of a run that begins now; null where one resumes.
 * @throws UserError where there is nothing to stay near; CheckpointError when a run that resumes has lost them.
 */
export async function openAnchor(
  { start }: RunFiles,
  { model, training, warmStart }: TrainedConfig,
  first: Weights | null,
): Promise<Weights | null> {
  const { stayNear } = training
  if (!stayNear) return null
  if (warmStart === null)
    throw new UserError(
      `training.stayNear is ${stayNear}, but this run starts from scratch: leave it out, or resume from a model with cantus transfer`,
    )
  if (first !== null) {
    const weights = copyWeights(first)
    await saveCheckpoint(start, { spec: model, weights, adam: null, averaged: null, state: {} })
    return weights
  }
  if (!existsSync(start))
    throw new CheckpointError(
      `${start} is missing: it holds the weights that training.stayNear keeps this run near; restore the whole run folder, or move it away to start over`,
    )
  return (await loadCheckpoint(start)).weights
}

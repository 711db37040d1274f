import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { modelNameSchema } from '../config/experimentConfig.ts'
import { ITERATIONS } from '../config/scales.ts'
import { publishedTrainedOn, publishedWeights } from '../generation/findModel.ts'
import { encodeWeightsFp16, loadCheckpoint } from '../model/checkpoint.ts'
import { createFolder } from '../support/createFolder.ts'
import { UserError } from '../support/errors.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { isOneOf } from '../support/records.ts'
import { bestCheckpoint } from '../training/bestCheckpoint.ts'
import { runFiles } from '../training/runDirectory.ts'
import { findRun } from './listRuns.ts'

/** Weights that were published. */
export interface PublishedWeights {
  readonly run: string
  /** What commands call them from now on. */
  readonly name: string
  readonly step: number
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Publishes the weights of a run's lowest validation loss, 16 bits each, with the list of the melodies they have seen beside them.
 * It is for models that stand beside the report's iterations, whose results `cantus reproduce` publishes as a whole.
 * @throws UserError when there is no such run, it is not finished, or it belongs to an iteration of the report.
 */
export async function publishRun(name: string, folders: StudyFolders): Promise<PublishedWeights> {
  const { run, iteration, folder, made, steps } = await findRun(name, folders)
  if (isOneOf(ITERATIONS, iteration) || !isOneOf(modelNameSchema.options, iteration))
    throw new UserError(`${run} belongs to iteration ${iteration}: cantus reproduce publishes it with its results`)
  if (made < steps) throw new UserError(`${run} is at step ${made} of ${steps}: train it to its end, then publish it`)
  const { checkpoint, trainedOn } = runFiles(folder)
  const last = await loadCheckpoint(checkpoint)
  const { best } = await bestCheckpoint(folder, last)
  const bytes = encodeWeightsFp16(last.spec, best.weights, { iteration, run, step: String(best.step) })
  const path = publishedWeights(folders.root, iteration)
  createFolder(dirname(path))
  await writeFileAtomic(path, bytes)
  if (existsSync(trainedOn)) await copyFile(trainedOn, publishedTrainedOn(path))
  return { run, name: iteration, step: best.step, path, bytes: bytes.length, sha256: sha256(bytes) }
}

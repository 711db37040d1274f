import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Weights } from '../config/modelSpec.ts'
import type { Engine } from '../results/sidecar.ts'
import { openBackend } from '../model/backend.ts'
import { createBatchStepper } from '../model/batchInference.ts'
import { decodeCheckpoint, isCheckpoint } from '../model/checkpoint.ts'
import { decodeWeights, SafetensorsError } from '../model/safetensors.ts'
import { asSafetensors } from '../model/tensorflow/tensorFlowWeights.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { MAX_WEIGHTS_BYTES } from '../config/limits.ts'
import { createMelodyModel, type MelodyModel } from './continueMelody.ts'
import { systemReason } from '../support/systemProblem.ts'

/** Weights that cannot be generated from: the message names the file, what is wrong and what to do. */
export class ModelFileError extends UserError {
  override readonly name = 'ModelFileError'
}

/** A model file, opened. */
export interface ModelFile {
  readonly model: MelodyModel
  readonly weights: Weights
  readonly sha256: string
  /** What the file says of itself, such as `iteration`, `run` and `step`. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Opens published weights, or a checkpoint of a training run, to generate from.
 * @param engine `native` takes the steps of many sequences at once through libtensorflow.
 * @throws ModelFileError when the file is missing, unreadable or no such file.
 */
export async function openModelFile(path: string, engine: Engine = 'portable'): Promise<ModelFile> {
  const bytes = await readWeights(path)
  try {
    const { spec, weights, metadata } = decodeWeights(bytes)
    if (isCheckpoint(metadata)) decodeCheckpoint(bytes) // refuses a damaged one, which weights alone may not show
    const stepper = engine === 'native' ? createBatchStepper(await openBackend(), spec, weights) : undefined
    return { model: createMelodyModel(spec, weights, stepper), weights, sha256: sha256(bytes), metadata }
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    throw new ModelFileError(`cannot generate from ${path}: ${error.message}`, { cause: error })
  }
}

async function regularFile(path: string): Promise<Stats> {
  const found = await stat(path)
  if (found.isFile() || found.isDirectory()) return found // reading a folder says that it is one
  throw new ModelFileError(`cannot generate from ${path}: it is a device or a pipe, not a file`)
}

async function readWeights(path: string): Promise<Uint8Array> {
  try {
    const { size } = await regularFile(path)
    if (size <= MAX_WEIGHTS_BYTES) return await asSafetensors(path, await readFile(path))
    throw new ModelFileError(`cannot generate from ${path}: ${size} bytes, more than ${MAX_WEIGHTS_BYTES}`)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${systemReason(code)})`
    throw new ModelFileError(`cannot generate from ${path}: ${why}`, { cause: error })
  }
}

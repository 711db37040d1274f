import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { UserError, errorCode } from '../support/errors.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import type { AdamState } from './adam.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import {
  AVERAGE,
  averagedTensors,
  decodeSafetensors,
  decodeWeights,
  encodeSafetensors,
  openSafetensors,
  plainTensors,
  SafetensorsError,
  specFrom,
  TARGET,
  targetTensors,
  withPrefix,
} from './safetensors.ts'
import { asSafetensors } from './tensorflow/tensorFlowWeights.ts'
import { weightsProblem } from './weights.ts'
import { isRecord } from '../support/records.ts'

export { decodeWeights, encodeWeightsFp16 } from './safetensors.ts'

/** A training run frozen between two steps. */
export interface Checkpoint {
  readonly spec: ModelSpec
  readonly weights: Weights
  /** The optimizer's memory; null in files of weights alone. */
  readonly adam: AdamState | null
  /** Running mean of the weights, where the run keeps one; it is the model then. */
  readonly averaged: Weights | null
  /** A network that follows the weights while they are tuned; it never is the model. Absent but in a tuner's state. */
  readonly target?: Weights
  /** What else the loop needs to resume: step, order, best so far. Plain JSON. */
  readonly state: Readonly<Record<string, unknown>>
}

/** A checkpoint that cannot be used; the message names the file, what is wrong with it and what to do. */
export class CheckpointError extends UserError {
  override readonly name = 'CheckpointError'
}

/** Since the second one a sum covers the whole file; in the first, header and state had none. Both are read. */
const FORMAT = 'cantus-checkpoint-2'
const FORMATS: readonly (string | undefined)[] = ['cantus-checkpoint-1', FORMAT]

/** Whether metadata is that of a checkpoint of any version. */
export const isCheckpoint = (metadata: Readonly<Record<string, string>>): boolean =>
  metadata['format']?.startsWith('cantus-checkpoint-') ?? false

/** The weights to generate and evaluate with: the running mean where there is one. */
export const modelWeights = ({ weights, averaged }: Pick<Checkpoint, 'weights' | 'averaged'>): Weights =>
  averaged ?? weights

/** Writes one safetensors file (float32, Adam's slots as `adam/m/…` and `adam/v/…`, the mean as `average/…`), atomically. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomic(path, encodeCheckpoint(checkpoint))
}

function encodeCheckpoint({ spec, weights, adam, averaged, target, state }: Checkpoint): Uint8Array {
  const tensors: Weights = {
    ...weights,
    ...(adam === null ? {} : { ...prefixed('adam/m/', adam.m), ...prefixed('adam/v/', adam.v) }),
    ...(averaged !== null ? prefixed(AVERAGE, averaged) : {}),
    ...(target !== undefined ? prefixed(TARGET, target) : {}),
  }
  const metadata = {
    format: FORMAT,
    spec: JSON.stringify(spec),
    state: JSON.stringify(state),
    sha256: weightsHash(tensors),
    fileSha256: BLANK_SUM,
    ...(adam === null ? {} : { adamStep: String(adam.step) }),
  }
  return withSum(encodeSafetensors(tensors, metadata, 'F32'))
}

const BLANK_SUM = '0'.repeat(64)
/** As JSON writes it: within a text of the header the quotation marks would have backslashes before them. */
const SUM_KEY = '"fileSha256":"'

/** The file with the sha256 of itself, sum left blank, in the place kept for it. */
function withSum(blank: Uint8Array): Uint8Array {
  const bytes = Buffer.from(blank)
  const sum = sha256(bytes)
  bytes.write(sum, bytes.indexOf(SUM_KEY) + SUM_KEY.length, 'latin1')
  return bytes
}

/** @throws SafetensorsError when the file is not the one that was saved, down to the last bit. */
function checkSum(file: Uint8Array): void {
  const bytes = Buffer.from(file) // a copy
  const start = bytes.indexOf(SUM_KEY) + SUM_KEY.length
  const sum = bytes.toString('latin1', start, start + BLANK_SUM.length)
  bytes.write(BLANK_SUM, start, 'latin1')
  if (start < SUM_KEY.length || sha256(bytes) !== sum) throw new SafetensorsError(DAMAGED)
}

const DAMAGED = 'it does not match the hash it was saved with: the file is damaged'

/**
 * Reads what `saveCheckpoint` wrote.
 * @throws CheckpointError when the file is missing (it lists the checkpoints that are there), truncated, damaged, of
 * another format, or of shapes that its spec does not have.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readBytes(path)
  try {
    return decodeCheckpoint(bytes)
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    throw new CheckpointError(
      `${path}: ${error.message} (delete it to train from scratch, or restore an intact copy)`,
      {
        cause: error,
      },
    )
  }
}

/**
 * Weights to resume from: a run's checkpoint with its optimizer, or published weights or Magenta's without one; and the sha256 of
 * the file, of Magenta's as safetensors.
 * @throws CheckpointError as `loadCheckpoint` does.
 */
export async function loadWeights(path: string): Promise<{ checkpoint: Checkpoint; sha256: string }> {
  const bytes = await asSafetensors(path, await readBytes(path))
  try {
    return { checkpoint: decodeEither(bytes), sha256: sha256(bytes) }
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    throw new CheckpointError(`${path}: ${error.message}`, { cause: error })
  }
}

function decodeEither(bytes: Uint8Array): Checkpoint {
  if (isCheckpoint(openSafetensors(bytes).metadata)) return decodeCheckpoint(bytes)
  const { spec, weights, metadata } = decodeWeights(bytes)
  return { spec, weights, adam: null, averaged: null, state: { step: Number(metadata['step'] ?? 0) } }
}

/**
 * The checkpoint in a file's bytes.
 * @throws SafetensorsError when they are damaged, of another format, or of shapes that their spec does not have.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes)
  if (!FORMATS.includes(metadata['format']))
    throw new SafetensorsError(`its format is "${metadata['format'] ?? 'unknown'}", a checkpoint's is "${FORMAT}"`)
  if (metadata['format'] === FORMAT) checkSum(bytes)
  const spec = specFrom(metadata)
  const weights = plainTensors(tensors)
  const problem = weightsProblem(spec, weights)
  if (problem !== null) throw new SafetensorsError(problem)
  if (metadata['sha256'] !== weightsHash(tensors)) throw new SafetensorsError(DAMAGED)
  const adamStep = metadata['adamStep']
  const adam =
    adamStep === undefined
      ? null
      : { m: withPrefix('adam/m/', tensors), v: withPrefix('adam/v/', tensors), step: Number(adamStep) }
  const averaged = averagedTensors(tensors)
  const target = targetTensors(tensors)
  const others = [...(adam === null ? [] : [adam.m, adam.v]), averaged, target].filter((each) => each !== null)
  for (const each of others) {
    const itsProblem = weightsProblem(spec, each)
    if (itsProblem !== null) throw new SafetensorsError(`beside the weights: ${itsProblem}`)
  }
  return { spec, weights, adam, averaged, ...(target === null ? {} : { target }), state: stateFrom(metadata) }
}

function stateFrom({ state = '{}' }: Readonly<Record<string, string>>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(state)
    if (isRecord(value)) return { ...value }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new SafetensorsError('its state is not JSON: the file is damaged')
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw new CheckpointError(`${path}: not found; ${await whatIsThere(dirname(path))}`, { cause: error })
  }
}

async function whatIsThere(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort()
    return names.length > 0 ? `in ${basename(folder)}/ there are ${names.join(', ')}` : `${folder} holds no checkpoint`
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return `its folder ${folder} does not exist either`
  }
}

/** A hash of all tensors, by name and to the last bit. */
export function weightsHash(tensors: Weights): string {
  const parts = Object.entries(tensors).map(([name, { data }]) => {
    return `${name} ${sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`
  })
  return sha256(parts.join('\n'))
}

function prefixed(prefix: string, weights: Weights): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [prefix + name, tensor]))
}

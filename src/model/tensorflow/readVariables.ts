import { readFile } from 'node:fs/promises'
import type { NamedTensor, Weights } from '../../config/modelSpec.ts'
import { decodeMessage, type EntryMessage, type ShapeMessage } from './checkpointMessages.ts'
import { maskedCrc } from '../../support/maskedCrc.ts'
import { levelTable } from './levelTable.ts'
import { TensorFlowFileError } from './tensorFlowFileError.ts'

/** TensorFlow's number of 32-bit floats. */
const FLOAT = 1
const INDEX = '.index'

/** Opens a shard of a checkpoint; the number is padded as in its name. */
export type ReadShard = (name: string) => Promise<Uint8Array>

/** The shards beside an index file. */
export const shardsBeside =
  (index: string): ReadShard =>
  (name) =>
    readFile(index.slice(0, -INDEX.length) + name)

/**
 * The variables of 32-bit floats in a checkpoint of TensorFlow's first format, a file by itself.
 * @throws TensorFlowFileError when it is truncated, damaged, or holds parts of variables.
 */
export function variablesOfFile(bytes: Uint8Array): Weights {
  const [header, ...entries] = levelTable(bytes)
  const { meta } = decodeMessage('SavedSlices', header?.[1] ?? new Uint8Array())
  const shapes = new Map(meta?.tensors.map(({ name, shape }) => [name, shape]))
  const variables: Record<string, NamedTensor> = {}
  for (const [, value] of entries) {
    const { data } = decodeMessage('SavedSlices', value)
    const floats = data?.data?.floats ?? []
    if (data === null || floats.length === 0) continue // such as the step, a whole number
    if (variables[data.name] !== undefined) throw inParts(data.name)
    variables[data.name] = tensor(data.name, shapes.get(data.name) ?? null, Float32Array.from(floats))
  }
  return variables
}

/**
 * The variables of 32-bit floats in a checkpoint of TensorFlow's second format.
 * @param index bytes of its `.index` file.
 * @throws TensorFlowFileError when it is truncated, damaged, or holds parts of variables.
 */
export async function variablesOfIndex(index: Uint8Array, readShard: ReadShard): Promise<Weights> {
  const variables: Record<string, NamedTensor> = {}
  const [header, ...entries] = levelTable(index)
  const { shards, endianness } = decodeMessage('BundleHeader', header?.[1] ?? new Uint8Array())
  if (endianness !== 0) throw new TensorFlowFileError('its numbers are big-endian')
  const read = remembered(readShard)
  for (const [name, value] of entries) {
    const entry = decodeMessage('BundleEntry', value)
    if (entry.dtype !== FLOAT) continue
    if (entry.slices.length > 0) throw inParts(name)
    variables[name] = tensor(
      name,
      entry.shape,
      floatsIn(bytesOf(name, entry, await read(shardName(entry.shard, shards)))),
    )
  }
  return variables
}

const padded = (n: number): string => String(n).padStart(5, '0')
const shardName = (shard: number, shards: number): string => `.data-${padded(shard)}-of-${padded(shards)}`

function bytesOf(name: string, { offset, size, crc }: EntryMessage, shard: Uint8Array): Uint8Array {
  if (offset + size > shard.length)
    throw new TensorFlowFileError(`variable "${name}" lies past the end of its data file`)
  const bytes = shard.subarray(offset, offset + size)
  if (maskedCrc(bytes) !== crc)
    throw new TensorFlowFileError(`variable "${name}" has another checksum: its data file is damaged`)
  return bytes
}

/** Reads each shard once. */
function remembered(readShard: ReadShard): ReadShard {
  const read = new Map<string, Promise<Uint8Array>>()
  return (name) => {
    const known = read.get(name) ?? readShard(name)
    read.set(name, known)
    return known
  }
}

/** Little-endian floats; a copy, because they need not lie on a multiple of four bytes. */
const floatsIn = (bytes: Uint8Array): Float32Array =>
  new Float32Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 4))

function tensor(name: string, shape: ShapeMessage | null, data: Float32Array): NamedTensor {
  const sizes = shape?.dim.map(({ size }) => size) ?? []
  const values = sizes.reduce((product, size) => product * size, 1)
  if (data.length !== values)
    throw new TensorFlowFileError(
      `variable "${name}" has ${data.length} values, its shape [${sizes.join(', ')}] needs ${values}`,
    )
  return { shape: sizes, data }
}

const inParts = (name: string): TensorFlowFileError =>
  new TensorFlowFileError(`variable "${name}" is stored in parts: save the checkpoint without partitioned variables`)

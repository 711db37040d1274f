import { UserError } from '../support/errors.ts'
import {
  ENCODING_NAMES,
  type ModelSpec,
  type NamedTensor,
  NOTE_ABLATIONS,
  type NoteModelSpec,
  type StepModelSpec,
  type Weights,
} from '../config/modelSpec.ts'
import { isOneOf, isRecord, listOf } from '../support/records.ts'
import { parameterShapes, weightsProblem } from './weights.ts'

/**
 * The safetensors format: eight bytes with the length of a JSON header, the header (name -> dtype, shape, place), then
 * the tensors back to back, little-endian. No Node import: a browser reads published weights with this file.
 */
export class SafetensorsError extends UserError {
  override readonly name = 'SafetensorsError'
}

/** Number type of a tensor in a file. */
export type SafetensorsType = 'F32' | 'F16'

interface HeaderEntry {
  readonly dtype: SafetensorsType
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const BYTES: Readonly<Record<SafetensorsType, number>> = { F32: 4, F16: 2 }
/** The header of this project's largest file is under 3 KB; a length that lies must not allocate gigabytes. */
const MAX_HEADER_BYTES = 10_000_000

/**
 * Tensors and metadata as the bytes of a safetensors file, tensors in the order given, metadata sorted by key: equal
 * arguments give equal bytes. With `F16` values are rounded half to even.
 */
export function encodeSafetensors(
  tensors: Weights,
  metadata: Readonly<Record<string, string>>,
  type: SafetensorsType,
): Uint8Array {
  let offset = 0
  const header: Record<string, unknown> = { __metadata__: sorted(metadata) }
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: type, shape, data_offsets: [offset, (offset += data.length * BYTES[type])] }
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerBytes + offset)
  new DataView(bytes.buffer).setUint32(0, headerBytes, true)
  bytes.fill(0x20, 8, 8 + headerBytes)
  bytes.set(json, 8)
  let place = 8 + headerBytes
  for (const { data } of Object.values(tensors)) {
    const part = type === 'F32' ? float32Bytes(data) : float16Bytes(data)
    bytes.set(part, place)
    place += part.length
  }
  return bytes
}

/** A safetensors file whose layout has been checked; tensors are decoded when they are asked for. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>
  readonly names: readonly string[]
  /** The tensor as float32; undefined where the file has none of that name. */
  read(name: string): NamedTensor | undefined
}

/**
 * Opens the bytes of a safetensors file.
 * @throws SafetensorsError unless they are what the format demands: a JSON header of known types, whose tensors lie back
 * to back without gap or overlap, each as long as its shape and type say, up to the end of the file; metadata is text.
 */
export function openSafetensors(file: Uint8Array): SafetensorsFile {
  // A Node Buffer's slice() shares memory where a Uint8Array's copies.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
  const { header, dataStart } = readHeader(bytes)
  const { __metadata__: metadata = {}, ...others } = header
  const data = bytes.subarray(dataStart)
  const entries = new Map(Object.entries(others).map(([name, entry]) => [name, checkedEntry(name, entry)]))
  checkPlaces(entries, data.length)
  return {
    metadata: checkedMetadata(metadata),
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name)
      return entry === undefined ? undefined : decodeTensor(entry, data)
    },
  }
}

/** All tensors (as float32) and metadata of a safetensors file; SafetensorsError says what is wrong with its bytes. */
export function decodeSafetensors(file: Uint8Array): {
  tensors: Record<string, NamedTensor>
  metadata: Readonly<Record<string, string>>
} {
  const opened = openSafetensors(file)
  return { tensors: readTensors(opened, opened.names), metadata: opened.metadata }
}

/** Those of the named tensors that the file has. */
function readTensors(file: SafetensorsFile, names: readonly string[]): Record<string, NamedTensor> {
  const found = names.map((name) => [name, file.read(name)] as const)
  return Object.fromEntries(found.filter((each): each is [string, NamedTensor] => each[1] !== undefined))
}

function readHeader(bytes: Uint8Array): { header: Readonly<Record<string, unknown>>; dataStart: number } {
  if (bytes.length < 8) throw new SafetensorsError(`truncated: ${bytes.length} bytes, a header needs 8`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true)
  if (view.getUint32(4, true) !== 0 || length > MAX_HEADER_BYTES)
    throw new SafetensorsError('not a safetensors file: its header length makes no sense')
  if (8 + length > bytes.length)
    throw new SafetensorsError(`truncated: ${bytes.length} bytes, the header alone needs ${8 + length}`)
  const header = parseJson(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  if (!isRecord(header)) throw new SafetensorsError('not a safetensors file: its header is not an object')
  return { header, dataStart: 8 + length }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SafetensorsError('not a safetensors file: its header is not JSON', { cause: error })
  }
}

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((each) => typeof each === 'string')

function checkedMetadata(metadata: unknown): Record<string, string> {
  if (isTexts(metadata)) return metadata
  throw new SafetensorsError('not a safetensors file: its __metadata__ is not a table of texts')
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The entry, once its type is known and its length is what type and shape say. */
function checkedEntry(name: string, entry: unknown): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {}
  if (!Array.isArray(shape) || !Array.isArray(offsets))
    throw new SafetensorsError(`tensor "${name}" has no shape or place in the header`)
  if (dtype !== 'F32' && dtype !== 'F16')
    throw new SafetensorsError(`tensor "${name}" is ${JSON.stringify(dtype)}; only F32 and F16 are read`)
  if (!shape.every(isSize))
    throw new SafetensorsError(`tensor "${name}" has the shape ${JSON.stringify(shape)}; expected whole numbers`)
  const [start, end] = listOf(offsets)
  if (offsets.length !== 2 || !isSize(start) || !isSize(end) || end < start)
    throw new SafetensorsError(
      `tensor "${name}" lies at ${JSON.stringify(offsets)}; expected two ascending whole numbers`,
    )
  const needed = shape.reduce<number>((product, size) => product * size, 1) * BYTES[dtype]
  if (end - start !== needed)
    throw new SafetensorsError(
      `tensor "${name}" has ${end - start} bytes, its shape [${shape.join(', ')}] needs ${needed}`,
    )
  return { dtype, shape, data_offsets: [start, end] }
}

/** Each tensor begins where the one before it ends, the first at 0, and the last ends with the file. */
function checkPlaces(entries: ReadonlyMap<string, HeaderEntry>, length: number): void {
  const placed = [...entries].map(
    ([
      name,
      {
        data_offsets: [start, end],
      },
    ]) => ({ name, start, end }),
  )
  let reached = 0
  for (const { name, start, end } of placed.sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== reached) {
      const what = start < reached ? 'overlaps the tensor before it' : 'leaves a gap after the tensor before it'
      throw new SafetensorsError(`tensor "${name}" begins at byte ${start} and ${what}, which ends at byte ${reached}`)
    }
    if (end > length) throw new SafetensorsError(`truncated: tensor "${name}" ends at byte ${end} of ${length}`)
    reached = end
  }
  if (reached !== length)
    throw new SafetensorsError(`${length - reached} bytes follow the last tensor, which ends at byte ${reached}`)
}

function decodeTensor({ dtype, shape, data_offsets: [start, end] }: HeaderEntry, data: Uint8Array): NamedTensor {
  const part = data.slice(start, end) // a copy, so aligned at 0
  return { shape: [...shape], data: dtype === 'F32' ? bytesFloat32(part) : bytesFloat16(part) }
}

/**
 * Weights as published: fp16, the spec in the metadata. Equal weights give equal bytes.
 * @example const bytes = encodeWeightsFp16(spec, weights, { step: '1200' })
 */
export function encodeWeightsFp16(
  spec: ModelSpec,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const problem = weightsProblem(spec, weights)
  if (problem !== null) throw new SafetensorsError(`these weights cannot be published: ${problem}`)
  return encodeSafetensors(weights, { ...metadata, format: 'cantus-weights-1', spec: JSON.stringify(spec) }, 'F16')
}

/** Where a checkpoint keeps Adam's slots, and the running mean of its weights, which then is the model. */
const ADAM = 'adam/'
/** Prefix of the names of averaged weights. */
export const AVERAGE = 'average/'
/** Where a checkpoint keeps a network that follows the weights while they are tuned; it never is the model. */
export const TARGET = 'target/'

/** The tensors of a file that are the weights themselves. */
export function plainTensors(tensors: Weights): Weights {
  const others = [ADAM, AVERAGE, TARGET]
  return Object.fromEntries(
    Object.entries(tensors).filter(([name]) => !others.some((prefix) => name.startsWith(prefix))),
  )
}

/** The running mean of the weights; null in a file without one. */
export const averagedTensors = (tensors: Weights): Weights | null => groupOf(AVERAGE, tensors)

/** The network that follows the weights; null in a file without one. */
export const targetTensors = (tensors: Weights): Weights | null => groupOf(TARGET, tensors)

function groupOf(prefix: string, tensors: Weights): Weights | null {
  const group = withPrefix(prefix, tensors)
  return Object.keys(group).length === 0 ? null : group
}

/** The tensors whose names begin so, under what follows. */
export function withPrefix(prefix: string, tensors: Weights): Weights {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}

/**
 * The model in a file of weights, F16 or F32; tensors that the model does not have are not decoded.
 * @throws SafetensorsError when bytes, spec and shapes do not fit.
 */
export function decodeWeights(bytes: Uint8Array): {
  spec: ModelSpec
  weights: Weights
  metadata: Readonly<Record<string, string>>
} {
  const file = openSafetensors(bytes)
  const spec = specFrom(file.metadata)
  const prefix = file.names.some((name) => name.startsWith(AVERAGE)) ? AVERAGE : ''
  const tensors = readTensors(
    file,
    parameterShapes(spec).map(({ name }) => prefix + name),
  )
  const weights = prefix === '' ? tensors : withPrefix(prefix, tensors)
  const problem = weightsProblem(spec, weights)
  if (problem !== null) throw new SafetensorsError(problem)
  return { spec, weights, metadata: file.metadata }
}

/** The ModelSpec a file's metadata names; SafetensorsError when there is none. */
export function specFrom(metadata: Readonly<Record<string, string>>): ModelSpec {
  const text = metadata['spec']
  if (text === undefined) throw new SafetensorsError('no model spec in the metadata: not written by cantus')
  let spec: unknown
  try {
    spec = JSON.parse(text)
  } catch (error) {
    throw new SafetensorsError('the model spec in the metadata is not JSON', { cause: error })
  }
  if (!isRecord(spec) || !isSpec(spec))
    throw new SafetensorsError(`the model spec in the metadata is incomplete or wrong: ${text.slice(0, MAX_QUOTED)}`)
  return spec
}

/** Characters of a file's own text that a message quotes. */
const MAX_QUOTED = 200

function isSpec(spec: Partial<Record<keyof StepModelSpec | keyof NoteModelSpec, unknown>>): spec is ModelSpec {
  const { encoding, layerSizes, attentionLength, attentionSize, residual = false, without = [] } = spec
  const isSized = Array.isArray(layerSizes) && layerSizes.every((units) => isSize(units) && units > 0)
  if (encoding === 'notes')
    return (
      isSized &&
      isSize(attentionSize) &&
      Array.isArray(without) &&
      without.every((name) => isOneOf(NOTE_ABLATIONS, name))
    )
  return isOneOf(ENCODING_NAMES, encoding) && isSized && isSize(attentionLength) && typeof residual === 'boolean'
}

const float = new DataView(new ArrayBuffer(4))

/** The 16 bits of the half-precision float nearest to `value`, ties to even; too large becomes infinity. */
export function toHalf(value: number): number {
  float.setFloat32(0, value)
  const bits = float.getUint32(0)
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 112
  const mantissa = bits & 0x7fffff
  if (exponent === 143) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200)
  if (exponent >= 31) return sign | 0x7c00
  if (exponent < -10) return sign
  // Below the smallest normal number the implicit leading 1 becomes a bit like any other.
  if (exponent <= 0) return sign | roundedShift(mantissa | 0x800000, 14 - exponent)
  return sign | ((exponent << 10) + roundedShift(mantissa, 13))
}

function roundedShift(bits: number, shift: number): number {
  const kept = bits >>> shift
  const rest = bits & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}

/** The number a half-precision float stands for. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const mantissa = bits & 0x3ff
  if (exponent === 0) return (sign * mantissa) / (1 << 24)
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN
  // 2 ** (exponent - 15) by shifting, which is exact everywhere; `**` need not be.
  const scale = exponent < 15 ? 1 / (1 << (15 - exponent)) : 1 << (exponent - 15)
  return sign * (1 + mantissa / 1024) * scale
}

function float16Bytes(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(data.length * 2)
  const view = new DataView(bytes.buffer)
  data.forEach((value, i) => view.setUint16(2 * i, toHalf(value), true))
  return bytes
}

function bytesFloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => fromHalf(view.getUint16(2 * i, true)))
}

/** Every machine Node and browsers run on is little-endian, as the format is. */
function float32Bytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function bytesFloat32(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

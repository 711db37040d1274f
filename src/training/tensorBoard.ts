import { maskedCrc } from '../support/maskedCrc.ts'

/** A number at a step, as TensorBoard draws it. */
export interface Scalar {
  readonly tag: string
  readonly value: number
}

/**
 * The first record of a TensorBoard event file: the version of its format.
 * @param wallTime seconds since the epoch.
 */
export function versionRecord(wallTime: number): Uint8Array {
  return record(joined([double(1, wallTime), text(3, 'brain.Event:2')]))
}

/**
 * Scalars of one step as a record of a TensorBoard event file: a TFRecord around an `Event` with a `Summary` of simple
 * values (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto).
 * @param wallTime seconds since the epoch.
 */
export function scalarsRecord(wallTime: number, step: number, scalars: readonly Scalar[]): Uint8Array {
  const values = scalars.map(({ tag, value }) => bytes(1, joined([text(1, tag), float(2, value)])))
  return record(joined([double(1, wallTime), key(2, 0), varint(step), bytes(5, joined(values))]))
}

/** Length, its checksum, the data and its checksum; checksums are CRC-32C, masked as TFRecord wants them. */
function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setUint32(0, data.length, true)
  return joined([length, checksum(length), data, checksum(data)])
}

function checksum(data: Uint8Array): Uint8Array {
  return littleEndian(4, (view) => view.setUint32(0, maskedCrc(data), true))
}

const WIRE_VARINT_BITS = 7

/** The protocol buffer's key of a field: its number and the kind of its value (0 varint, 1 eight bytes, 2 length, 5 four). */
function key(field: number, kind: number): Uint8Array {
  return varint(field * 8 + kind)
}

function varint(value: number): Uint8Array {
  const groups: number[] = []
  let rest = value
  do {
    const low = rest % 2 ** WIRE_VARINT_BITS
    rest = Math.floor(rest / 2 ** WIRE_VARINT_BITS)
    groups.push(rest > 0 ? low + 128 : low)
  } while (rest > 0)
  return Uint8Array.from(groups)
}

function double(field: number, value: number): Uint8Array {
  return joined([key(field, 1), littleEndian(8, (view) => view.setFloat64(0, value, true))])
}

function float(field: number, value: number): Uint8Array {
  return joined([key(field, 5), littleEndian(4, (view) => view.setFloat32(0, value, true))])
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return joined([key(field, 2), varint(value.length), value])
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value))
}

function littleEndian(length: number, write: (view: DataView) => void): Uint8Array {
  const part = new Uint8Array(length)
  write(new DataView(part.buffer))
  return part
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

import { maskedCrc } from '../../support/maskedCrc.ts'
import { NOTE_SEQUENCE_LIMITS, NoteSequenceError } from './noteSequenceError.ts'

/** Reads bytes from a place on; fewer at the end of what there is. */
export type ReadBytes = (offset: number, length: number) => Uint8Array

/** One record of a file, and why it cannot be read. */
export interface TfRecord {
  /** Counted from 1. */
  readonly number: number
  /** Where its bytes begin. */
  readonly offset: number
  readonly bytes: Uint8Array
  readonly failure: NoteSequenceError | null
}

/** The length, 64 bits, and its checksum, before the bytes; theirs after them. */
const HEAD = 12
const TAIL = 4

/**
 * The records of a TFRecord file, one at a time. A record that is damaged has a failure, and those after it are read;
 * the last one is where the file breaks off or the next cannot be found.
 * @example [...recordsIn((offset, length) => bytes.subarray(offset, offset + length), bytes.length)]
 */
export function* recordsIn(read: ReadBytes, size: number): Generator<TfRecord> {
  let at = 0
  for (let number = 1; at < size; number++) {
    const { offset, length, isSure } = headAt(read, at)
    const end = offset + length + TAIL
    const broken = { number, offset, bytes: new Uint8Array() }
    if (number > NOTE_SEQUENCE_LIMITS.records) {
      yield { ...broken, failure: limit(`more than ${NOTE_SEQUENCE_LIMITS.records} records`) }
      return
    }
    if (end > size || (!isSure && !isHead(read, end, size))) {
      yield { ...broken, failure: cutOff(read, at, size) }
      return
    }
    yield isSure ? recordAt(read, { number, offset, length }) : { ...broken, failure: checksum('its length') }
    at = end
  }
}

interface Head {
  readonly offset: number
  readonly length: number
  /** Whether the length has the checksum written beside it. */
  readonly isSure: boolean
}

function headAt(read: ReadBytes, at: number): Head {
  const head = read(at, HEAD)
  if (head.length < HEAD) return { offset: at + HEAD, length: Infinity, isSure: false }
  const view = viewOf(head)
  const isSure = view.getUint32(8, true) === maskedCrc(head.subarray(0, 8))
  return { offset: at + HEAD, length: Number(view.getBigUint64(0, true)), isSure }
}

/** Whether another record begins there, or the file ends. */
const isHead = (read: ReadBytes, at: number, size: number): boolean => at === size || headAt(read, at).isSure

function recordAt(read: ReadBytes, place: { number: number; offset: number; length: number }): TfRecord {
  const { number, offset, length } = place
  const none = { number, offset, bytes: new Uint8Array() }
  if (length > NOTE_SEQUENCE_LIMITS.recordBytes)
    return { ...none, failure: limit(`${length} bytes, more than ${NOTE_SEQUENCE_LIMITS.recordBytes}`) }
  const whole = read(offset, length + TAIL)
  const bytes = whole.subarray(0, length)
  if (whole.length < length + TAIL || viewOf(whole).getUint32(length, true) !== maskedCrc(bytes))
    return { ...none, failure: checksum('it') }
  return { number, offset, bytes, failure: null }
}

const checksum = (what: string): NoteSequenceError =>
  new NoteSequenceError(`${what} has another checksum: it is damaged`)
const limit = (what: string): NoteSequenceError => new NoteSequenceError(`limit-bytes: ${what}`)

function cutOff(read: ReadBytes, at: number, size: number): NoteSequenceError {
  const { length, isSure } = headAt(read, at)
  if (at === 0 && isPacked(read(0, 2))) return new NoteSequenceError('it is compressed: unpack it with gunzip first')
  if (at === 0 && !isSure) return new NoteSequenceError('it is not a TFRecord file')
  if (!isSure && size - at >= HEAD)
    return new NoteSequenceError('its length has another checksum, and no record follows: the rest is not read')
  const missing = isSure ? `it has ${size - at - HEAD} of ${length + TAIL} bytes` : `${size - at} bytes remain`
  return new NoteSequenceError(`the file breaks off in this record: ${missing}`)
}

/** Whether bytes begin as gzip or zlib writes them. */
const isPacked = ([first, second]: Uint8Array): boolean =>
  (first === 0x1f && second === 0x8b) || (first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second ?? 0))

/** Bytes as a record with its checksums. */
export function encodeRecord(bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEAD + bytes.length + TAIL)
  const view = viewOf(record)
  view.setBigUint64(0, BigInt(bytes.length), true)
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true)
  record.set(bytes, HEAD)
  view.setUint32(HEAD + bytes.length, maskedCrc(bytes), true)
  return record
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

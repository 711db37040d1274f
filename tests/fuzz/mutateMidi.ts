import type { Random } from '../../src/support/random.ts'

/** A number from 0 to `below` - 1. */
export const draw = (random: Random, below: number): number => Math.floor(random.next() * below)

/** One item of a list that is not empty. */
export const pick = <T>(random: Random, items: readonly T[]): T => items[draw(random, items.length)] as T

type Mutation = (bytes: Uint8Array, random: Random, donor: Uint8Array) => Uint8Array

/** Bytes on the borders of what a format distinguishes. */
const BORDER_BYTES = [0, 1, 0x7f, 0x80, 0x81, 0xfe, 0xff]
/** Statuses and meta types, which change what the bytes behind them mean. */
const STATUS_BYTES = [0x80, 0x90, 0x99, 0xb0, 0xc0, 0xe0, 0xf0, 0xf1, 0xf4, 0xf7, 0xff]
/** Lengths that lie: none, one, almost and quite as large as 32 bits hold. */
const FALSE_LENGTHS = [0, 1, 5, 7, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]
const MOST_BYTES = 1 << 20

const flipBits: Mutation = (bytes, random) => {
  const result = bytes.slice()
  for (let n = 1 + draw(random, 16); n > 0; n--) {
    const at = draw(random, result.length)
    result[at] = (result[at] as number) ^ (1 << draw(random, 8))
  }
  return result
}

const setBytes: Mutation = (bytes, random) => {
  const result = bytes.slice()
  for (let n = 1 + draw(random, 8); n > 0; n--) {
    result[draw(random, result.length)] = pick(random, random.next() < 0.5 ? BORDER_BYTES : STATUS_BYTES)
  }
  return result
}

/** Other pitches, velocities, programs and waits: what was a data byte stays one, so that much of the file is read. */
const changeData: Mutation = (bytes, random) => {
  const result = bytes.slice()
  for (let n = 1 + draw(random, 40); n > 0; n--) {
    const at = draw(random, result.length)
    if ((result[at] as number) > 1 && (result[at] as number) < 0x80) result[at] = draw(random, 128)
  }
  return result
}

const truncate: Mutation = (bytes, random) => bytes.slice(0, draw(random, bytes.length + 1))

const cutOut: Mutation = (bytes, random) => {
  const from = draw(random, bytes.length)
  return joined(bytes.subarray(0, from), bytes.subarray(from + 1 + draw(random, 64)))
}

const insertNoise: Mutation = (bytes, random) => {
  const noise = Uint8Array.from({ length: 1 + draw(random, 64) }, () => draw(random, 256))
  const at = draw(random, bytes.length)
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at))
}

/** The beginning of one file and the end of another. */
const splice: Mutation = (bytes, random, donor) =>
  joined(bytes.subarray(0, draw(random, bytes.length)), donor.subarray(draw(random, donor.length)))

/** A stretch that comes many times. */
const repeatStretch: Mutation = (bytes, random) => {
  const from = draw(random, bytes.length)
  const stretch = bytes.subarray(from, from + 1 + draw(random, 256))
  const copies = Array.from({ length: 1 + draw(random, 200) }, () => stretch)
  return joined(bytes.subarray(0, from), ...copies, bytes.subarray(from))
}

/** The header or a track says another length than it has. */
const lieOfLength: Mutation = (bytes, random) => {
  const chunks = chunkStarts(bytes)
  if (chunks.length === 0) return flipBits(bytes, random, bytes)
  const result = bytes.slice()
  const at = pick(random, chunks) + 4
  const told = uint32(result, at)
  const length = random.next() < 0.5 ? pick(random, FALSE_LENGTHS) : told + draw(random, 17) - 8
  new DataView(result.buffer).setUint32(at, length >>> 0)
  return result
}

/** A track repeated again and again, with a header that knows of it or not. */
const duplicateChunk: Mutation = (bytes, random) => {
  const chunks = chunkStarts(bytes)
  if (chunks.length === 0 || bytes.length < 14) return splice(bytes, random, bytes)
  const from = pick(random, chunks)
  const chunk = bytes.subarray(from, from + 8 + uint32(bytes, from + 4))
  const copies = 1 + draw(random, random.next() < 0.1 ? 300 : 8)
  const result = joined(bytes, ...Array.from({ length: copies }, () => chunk))
  if (random.next() < 0.8 && result.length >= 12) new DataView(result.buffer).setUint16(10, chunks.length - 1 + copies)
  return result
}

/** Another type, number of tracks or division. */
const lieOfHeader: Mutation = (bytes, random) => {
  if (bytes.length < 14) return truncate(bytes, random, bytes)
  const result = bytes.slice()
  const value = pick(random, [0, 1, 2, 3, 24, 960, 0x7fff, 0x8000, 0xe728, 0xffff])
  new DataView(result.buffer).setUint16(8 + 2 * draw(random, 3), value)
  return result
}

/** Tempos, metres and keys that no music has. */
const lieOfMeta: Mutation = (bytes, random) => {
  const metas = [...bytes.keys()].filter((at) => bytes[at] === 0xff && [0x51, 0x58, 0x59].includes(bytes[at + 1] ?? 0))
  if (metas.length === 0) return insertMeta(bytes, random, bytes)
  const result = bytes.slice()
  const at = pick(random, metas) + 3 + draw(random, 4)
  if (at < result.length) result[at] = pick(random, [...BORDER_BYTES, 2, 30, 31, 64])
  return result
}

const insertMeta: Mutation = (bytes, random) => {
  const at = Math.min(bytes.length, 22 + draw(random, 16))
  const metas = [
    [0, 0xff, 0x51, 3, 0, 0, draw(random, 2)],
    [0, 0xff, 0x51, 3, 0xff, 0xff, 0xff],
    [0, 0xff, 0x58, 4, draw(random, 256), draw(random, 32), 24, 8],
    [0xff, 0xff, 0xff, 0x7f, 0x90, 60, 100],
    [0, 0xff, 0x01, 0xff, 0xff, 0xff, 0x7f],
    [0, 0xf0, 0x84, 0x80, 0x00],
  ]
  const meta = Uint8Array.from(pick(random, metas))
  const result = joined(bytes.subarray(0, at), meta, bytes.subarray(at))
  if (result.length >= 22) new DataView(result.buffer).setUint32(18, uint32(result, 18) + meta.length)
  return result
}

const MUTATIONS: readonly Mutation[] = [
  ...[changeData, changeData, flipBits, setBytes, truncate, cutOut, insertNoise, splice, repeatStretch],
  ...[lieOfLength, duplicateChunk, lieOfHeader, lieOfMeta, insertMeta],
]

/**
 * A damaged MIDI file: one to four mutations of `bytes`, some with parts of `donor`. The same random stream gives the
 * same file. At most 1 MiB.
 * @example mutateMidi(tune, another, mulberry32(7))
 */
export function mutateMidi(bytes: Uint8Array, donor: Uint8Array, random: Random): Uint8Array {
  let result = bytes
  // Mostly one, so that what is read goes deep into the reader and the extraction.
  const count = random.next() < 0.6 ? 1 : 2 + draw(random, 3)
  for (let n = count; n > 0 && result.length > 0; n--) {
    result = pick(random, MUTATIONS)(result, random, donor).slice(0, MOST_BYTES)
  }
  return result
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  [0, 1, 2, 3].reduce((value, n) => value * 256 + (bytes[at + n] ?? 0), 0)

/** Where `MThd` and `MTrk` stand, with room for a length behind them. */
function chunkStarts(bytes: Uint8Array): number[] {
  const starts: number[] = []
  for (let at = bytes.indexOf(0x4d); at >= 0 && at + 8 <= bytes.length; at = bytes.indexOf(0x4d, at + 1)) {
    if (bytes[at + 1] === 0x54 && [0x68, 0x72].includes(bytes[at + 2] as number)) starts.push(at)
  }
  return starts
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

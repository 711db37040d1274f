import { squash } from '../melody/transform.ts'
import { mulberry32, type Random, shuffled } from '../support/random.ts'
import type { MelodyEncoding } from './encoding.ts'
import type { BarGrid } from './noteInputs.ts'
import type { OtherVoice } from './otherVoice.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'

/** A stretch of a melody to learn from: inputs are its events from `start` on, labels the events one later. */
export interface Sequence {
  readonly events: readonly number[]
  /** Position of the first input. */
  readonly start: number
  /** Inputs, and labels; at least 1. */
  readonly length: number
  /** Where the melody's bar lines lie, for networks that use it. */
  readonly grid?: BarGrid
  /** The voice that sounds with it, as far as it is known; absent = the melody is alone. */
  readonly other?: OtherVoice
}

/** Sequences side by side, time-major: row t * size + b is step t of sequence b. Short ones are padded. */
export interface Batch {
  readonly steps: number
  readonly size: number
  /** [steps * size, columns.length] */
  readonly inputs: Float32Array
  /** The encoding's inputs that `inputs` holds, ascending; those that are left out are 0 on every step. */
  readonly columns: readonly number[]
  readonly labels: Int32Array
  /** 1 on a step that counts, 0 on padding. */
  readonly mask: Float32Array
  /** Steps that count. */
  readonly valid: number
}

/** Whether there is an input and a label: at least 2 events. */
export const isEncodable = (events: readonly number[]): boolean => events.length > 1

/** Melodies in the range and key the encoding asks for, as Magenta's pipeline does before encoding; at least 2 events. */
export function encodable(
  melodies: readonly (readonly number[])[],
  encoding: Pick<MelodyEncoding, 'minNote' | 'maxNote' | 'transposeToKey'>,
): (readonly number[])[] {
  const { minNote, maxNote, transposeToKey } = encoding
  return melodies.filter(isEncodable).map((events) => squash(events, minNote, maxNote, transposeToKey).events)
}

/** A melody, and its metre where that is known. */
export interface Tune {
  readonly events: readonly number[]
  readonly stepsPerBar?: number
  /** The voice that sounds with it; absent = it is alone. */
  readonly other?: OtherVoice
}

/** Melodies of at least 2 events, each as one sequence, in the range and key the encoding asks for, with their metre. */
export function wholeSequences(
  tunes: readonly Tune[],
  encoding: Pick<MelodyEncoding, 'minNote' | 'maxNote' | 'transposeToKey'>,
): Sequence[] {
  return tunes.flatMap(({ events, stepsPerBar, other }) => {
    const [inRange] = encodable([events], encoding)
    if (inRange === undefined) return []
    const grid = stepsPerBar === undefined ? {} : { grid: { stepsPerBar } }
    const beside = other === undefined ? {} : { other }
    return [{ events: inRange, start: 0, length: inRange.length - 1, ...grid, ...beside }]
  })
}

/**
 * Each melody as one sequence (`whole`, the study's way), or cut into windows of that many steps; the last window of a
 * melody may be shorter. Inputs of a window still know the melody before it where the encoding looks back.
 * @example sequencesOf([[60, -2, 62, -2]], 2) // starts 0 and 2, lengths 2 and 1
 */
export function sequencesOf(melodies: readonly (readonly number[])[], window: 'whole' | number): Sequence[] {
  return melodies.flatMap((events) => windowsOf({ events, start: 0, length: events.length - 1 }, window))
}

/** A whole melody as it is, or cut into windows of `window` steps. */
export function windowsOf(melody: Sequence, window: 'whole' | number): Sequence[] {
  if (window === 'whole') return [melody]
  return Array.from({ length: Math.ceil(melody.length / window) }, (_, n) => {
    const start = n * window
    return { ...melody, start, length: Math.min(window, melody.length - start) }
  })
}

/**
 * The sequences as one padded batch. Inputs that are 0 on all of its steps are left out: of 130 one-hot inputs a batch of
 * melodies uses a third or half, and the first layer's products shrink by as much. `keepAll` keeps them.
 */
export function makeBatch(encoding: MelodyEncoding, sequences: readonly Sequence[], keepAll = false): Batch {
  const size = sequences.length
  const steps = Math.max(...sequences.map(({ length }) => length))
  const labels = new Int32Array(steps * size)
  const mask = new Float32Array(steps * size)
  let valid = 0
  sequences.forEach(({ events, start, length }, b) => {
    for (let t = 0; t < length; t++) {
      const row = t * size + b
      labels[row] = encoding.label(events, start + t + 1)
      mask[row] = 1
    }
    valid += length
  })
  const layout = { steps, size, labels, mask, valid }
  return { ...layout, ...(encoding.oneHot ? hotInputs : denseInputs)(encoding, sequences, layout, keepAll) }
}

type Inputs = Pick<Batch, 'inputs' | 'columns'>
type Layout = Pick<Batch, 'steps' | 'size'>

/** Inputs of a one-hot encoding, from the places of their ones: a row of 130 is never written out. */
function hotInputs(
  encoding: MelodyEncoding,
  sequences: readonly Sequence[],
  { steps, size }: Layout,
  keepAll: boolean,
): Inputs {
  const hot = new Int32Array(steps * size).fill(-1)
  const used = new Uint8Array(encoding.inputSize)
  sequences.forEach(({ events, start, length }, b) => {
    for (let t = 0; t < length; t++) {
      const column = encoding.label(events, start + t)
      hot[t * size + b] = column
      used[column] = 1
    }
  })
  const { columns, place } = keptColumns(used, keepAll)
  const inputs = new Float32Array(hot.length * columns.length)
  for (let row = 0; row < hot.length; row++) {
    const column = itemAt(hot, row)
    if (column >= 0) inputs[row * columns.length + itemAt(place, column)] = 1
  }
  return { inputs, columns }
}

function denseInputs(
  encoding: MelodyEncoding,
  sequences: readonly Sequence[],
  { steps, size }: Layout,
  keepAll: boolean,
): Inputs {
  const width = encoding.inputSize
  const all = new Float32Array(steps * size * width)
  sequences.forEach(({ events, start, length }, b) => {
    for (let t = 0; t < length; t++) encoding.writeInput(events, start + t, all, (t * size + b) * width)
  })
  const used = new Uint8Array(width)
  for (let n = 0; n < all.length; n++) if (all[n] !== 0) used[n % width] = 1
  const { columns } = keptColumns(used, keepAll)
  if (columns.length === width) return { inputs: all, columns }
  const inputs = new Float32Array(steps * size * columns.length)
  for (let row = 0; row < steps * size; row++) {
    for (let n = 0; n < columns.length; n++)
      inputs[row * columns.length + n] = itemAt(all, row * width + itemAt(columns, n))
  }
  return { inputs, columns }
}

/** The columns in use (or all; at least one), ascending, and the place of each among them. */
function keptColumns(used: Uint8Array, keepAll: boolean): { columns: number[]; place: Int32Array } {
  const found = [...used.keys()].filter((column) => keepAll || used[column] === 1)
  const columns = found.length > 0 ? found : [0]
  const place = new Int32Array(used.length)
  columns.forEach((column, n) => (place[column] = n))
  return { columns, place }
}

/**
 * The same sequences in groups of at most `maxRows` padded steps, so that memory does not grow with the longest melody.
 * Sorted by length first: neighbours need little padding. A single longer sequence is a group of its own.
 */
export function groupsOfAtMost<Item extends Pick<Sequence, 'length'>>(
  items: readonly Item[],
  maxRows: number,
): Item[][] {
  const groups: Item[][] = []
  for (const item of items.toSorted((a, b) => b.length - a.length)) {
    const group = groups.at(-1)
    const longest = group?.[0]?.length ?? 0
    if (group !== undefined && longest * (group.length + 1) <= maxRows) group.push(item)
    else groups.push([item])
  }
  return groups
}

/** What is made of each item, group by group as `groupsOfAtMost` has them; in the order of the items. */
export function inGroups<Item extends Pick<Sequence, 'length'>, T>(
  items: readonly Item[],
  maxRows: number,
  make: (group: Item[], n: number) => readonly T[],
): T[] {
  const found = new Map<Item, T>()
  groupsOfAtMost(items, maxRows).forEach((group, n) => {
    const made = make(group, n)
    group.forEach((item, i) => found.set(item, itemAt(made, i)))
  })
  return items.map((item) => valueAt(found, item))
}

/** Where an order stands; in a checkpoint it lets the order resume with the very next batch. */
export interface OrderState {
  /** Epochs completed. */
  readonly epoch: number
  /** Batches of this epoch already given. */
  readonly position: number
  /** State of the random generator at the start of this epoch. */
  readonly random: number
}

/** The endless order of the batches of a training. */
export interface BatchOrder {
  /** Indices of the next batch's sequences. */
  next(): readonly number[]
  state(): OrderState
  /** Share of padded steps in this epoch's batches, 0-1. */
  paddingShare(): number
}

/** Batches a pool: enough to find neighbours in length, few enough to stay a random order. */
const POOL_BATCHES = 16

/** How much a batch holds at most. */
export interface BatchLimit {
  readonly sequences: number
  /** Of rows, padding included; Infinity = as many as its sequences have. */
  readonly rows: number
}

/**
 * An endless seeded order over sequences of the given lengths: each epoch is a shuffle, cut into pools; within a pool
 * sequences are sorted by length and cut into batches; the epoch's batches come in random order. What does not fill the
 * last batch sits the epoch out; fewer sequences than a batch are one batch.
 * @param weights how often an epoch shows each sequence, on average (.5: in every second epoch; 2: twice); all 1 if absent.
 */
export function batchOrder(
  lengths: readonly number[],
  limit: BatchLimit,
  start: OrderState,
  weights?: readonly number[],
): BatchOrder {
  let { epoch, position, random: seed } = start
  let { batches, nextSeed } = epochBatches(lengths, limit, seed, weights)
  return {
    next() {
      if (position >= batches.length) {
        epoch += 1
        position = 0
        seed = nextSeed
        ;({ batches, nextSeed } = epochBatches(lengths, limit, seed, weights))
      }
      return itemAt(batches, position++)
    },
    state: () => ({ epoch, position, random: seed }),
    paddingShare: () => paddingShare(batches.map((batch) => batch.map((index) => itemAt(lengths, index)))),
  }
}

/** The order before its first batch. */
export function orderFrom(seed: number): OrderState {
  return { epoch: 0, position: 0, random: seed | 0 }
}

function epochBatches(lengths: readonly number[], limit: BatchLimit, seed: number, weights?: readonly number[]) {
  const random = mulberry32(seed)
  const shown = weights === undefined ? [...lengths.keys()] : drawByWeight(weights, random)
  const size = Math.min(limit.sequences, shown.length)
  const order = shuffled(shown, random).slice(0, Math.floor(shown.length / size) * size)
  const sorted = chunks(order, size * POOL_BATCHES).map((pool) =>
    pool.toSorted((a, b) => itemAt(lengths, a) - itemAt(lengths, b)),
  )
  const cut = (pool: number[]): number[][] =>
    chunks(pool, size).flatMap((batch) => cutByRows(batch, lengths, limit.rows))
  const batches = shuffled(sorted.flatMap(cut), random)
  return { batches, nextSeed: random.state() }
}

/** Sequences sorted by length, in batches of at most `rows` padded rows; a longer sequence is a batch of its own. */
function cutByRows(sorted: readonly number[], lengths: readonly number[], rows: number): number[][] {
  const batches: number[][] = []
  for (const index of sorted) {
    const batch = batches.at(-1)
    if (batch !== undefined && (batch.length + 1) * itemAt(lengths, index) <= rows) batch.push(index)
    else batches.push([index])
  }
  return batches
}

/** Each index as often as its weight says: the whole part always, the fraction by chance. All of them if none is drawn. */
function drawByWeight(weights: readonly number[], random: Random): number[] {
  const drawn = weights.flatMap((weight, index) => {
    const times = Math.floor(weight) + (random.next() < weight % 1 ? 1 : 0)
    return Array.from({ length: times }, () => index)
  })
  return drawn.length > 0 ? drawn : [...weights.keys()]
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}

/** Share of steps that are padding when each group is padded to its longest; 0-1. */
export function paddingShare(groups: readonly (readonly number[])[]): number {
  let padded = 0
  let valid = 0
  for (const lengths of groups) {
    padded += Math.max(...lengths) * lengths.length
    valid += lengths.reduce((sum, length) => sum + length, 0)
  }
  return padded === 0 ? 0 : 1 - valid / padded
}

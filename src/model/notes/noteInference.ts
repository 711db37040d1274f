import { distanceKind, inputWidth, writeEnding, writeMeeting } from '../../dataset/noteBatches.ts'
import {
  type BarGrid,
  hear,
  type Heard,
  NOTE_INPUTS,
  noteInputRow,
  NOTHING_HEARD,
  referenceOf,
} from '../../dataset/noteInputs.ts'
import { meetingOf, type Sight, writeSight } from '../../dataset/otherVoice.ts'
import { LONGEST_TOKEN, type Token } from '../../dataset/tokens.ts'
import type { NoteModelSpec, Weights } from '../../config/modelSpec.ts'
import { type Affine, affine, applyAffine, tensor } from '../affine.ts'
import { type LstmLayer, lstmLayer, stepLayer } from '../lstmInference.ts'
import { sigmoid } from '../portableMath.ts'
import { softmax } from '../shares.ts'
import type { NextToken, TokenDistribution } from '../tokenDistribution.ts'
import { meetingHazard } from './meetingHazard.ts'
import { itemAt } from '../../support/itemAt.ts'

/**
 * The network of notes one token at a time, in plain arithmetic as `inference.ts`: no library, runs in a browser, the same bits on
 * every machine.
 */
export interface NoteReader {
  /** Before the first token of a melody in this metre. */
  start(grid: BarGrid): NoteState
  /**
   * The state once a token has begun; how long it will be is not known yet. `state` stays as it is.
   * @param sight what the other voice does on that step; absent = the melody is alone.
   */
  begin(state: NoteState, token: Pick<Token, 'pitch' | 'start'>, sight?: Sight): NoteState
  /** What the network says of the token that began last, and of the one that follows. Not before the first. */
  predict(state: NoteState): TokenDistribution
  /** The same beside another voice. @throws Error where the network has no second voice. */
  predictBeside(state: NoteState): BesideDistribution
}

/** What a network says of a token beside another voice, and of the one that follows, once the other voice's step is seen. */
export interface BesideDistribution {
  /** Probability that the token ends after `age` steps, where the other voice does what `sight` says; null = alone. */
  readonly begins: (age: number, sight: Sight | null) => number
  /** What follows then. */
  readonly next: (age: number, sight: Sight | null) => NextToken
  /** Pitch that the next note's interval is counted from. */
  readonly reference: number
}

/** Memory of the network; never changed, so that several continuations can share it. */
export interface NoteState {
  readonly grid: BarGrid
  readonly cells: readonly Float32Array[]
  readonly outputs: readonly Float32Array[]
  readonly heard: Heard
  /** The token that began last, its length not known; null before the first. */
  readonly token: Token | null
  /** Tokens that can be looked back at: all but the last, the oldest first. */
  readonly past: readonly Remembered[]
  /** What the last token is looked up by. */
  readonly key: Float64Array
  /** Share of attention that each of `past` gets, and last the share of attending to nothing; empty without attention. */
  readonly attended: Float64Array
  /** What the heads read. */
  readonly state: Float32Array
}

/** A token as attention sees it: what it is found by, and what it gives. */
export interface Remembered {
  readonly start: number
  readonly key: Float64Array
  readonly value: Float32Array
}

interface Attention {
  readonly query: Affine
  readonly key: Affine
  readonly value: Affine
  readonly output: Affine
  readonly distances: Float32Array
}

interface Network extends Heads {
  readonly layers: readonly LstmLayer[]
  readonly attention: Attention | null
}

interface Heads {
  readonly spec: NoteModelSpec
  readonly length: Affine
  readonly next: Affine
  readonly rest: Affine
  readonly interval: Affine
  /** Null without a second voice. */
  readonly meet: Affine | null
}

/** The network of this `spec`. `weights` are copied. @throws Error when a tensor is missing. */
export function noteReader(spec: NoteModelSpec, weights: Weights): NoteReader {
  const network: Network = {
    spec,
    layers: spec.layerSizes.map((units, n) => lstmLayer(weights, `lstm_${n}`, units)),
    attention: spec.attentionSize > 0 ? attentionOf(weights) : null,
    ...headsOf(spec, weights),
  }
  const zeros = (): Float32Array[] => spec.layerSizes.map((units) => new Float32Array(units))
  return {
    start: (grid) => ({
      grid,
      cells: zeros(),
      outputs: zeros(),
      heard: NOTHING_HEARD,
      token: null,
      past: [],
      key: new Float64Array(),
      attended: new Float64Array(),
      state: new Float32Array(),
    }),
    begin: (state, token, sight) => begin(network, state, { ...token, sight: sight ?? null }),
    predict: (state) => predict(network, state),
    predictBeside: (state) => predictBeside(network, state),
  }
}

/** What the heads of a network say of a token that has begun, from the state they read. */
export type NoteHeads = (
  state: Float32Array,
  place: Pick<NoteState, 'heard' | 'grid'> & { readonly token: Token },
) => TokenDistribution

/** The heads alone, for states that were computed elsewhere. @throws Error when a tensor is missing. */
export function noteHeads(spec: NoteModelSpec, weights: Weights): NoteHeads {
  const heads: Heads = { spec, ...headsOf(spec, weights) }
  return (state, place) => predict(heads, { state, ...place })
}

function headsOf(spec: NoteModelSpec, weights: Weights): Omit<Heads, 'spec'> {
  return {
    length: affine(weights, 'length'),
    next: affine(weights, 'next'),
    rest: affine(weights, 'rest'),
    interval: affine(weights, 'interval'),
    meet: spec.secondVoice ? affine(weights, 'meet') : null,
  }
}

function attentionOf(weights: Weights): Attention {
  return {
    query: withoutBias(weights, 'attention/query'),
    key: withoutBias(weights, 'attention/key'),
    value: affine(weights, 'attention/value'),
    output: affine(weights, 'attention/output'),
    distances: tensor(weights, 'attention/distance/bias').data.slice(),
  }
}

function withoutBias(weights: Weights, name: string): Affine {
  const { shape, data } = tensor(weights, `${name}/kernel`)
  const [rows = 0, columns = 0] = shape
  return { rows, columns, kernel: data.slice(), bias: new Float32Array(columns) }
}

interface Beginning extends Pick<Token, 'pitch' | 'start'> {
  readonly sight: Sight | null
}

function begin(network: Network, before: NoteState, { pitch, start, sight }: Beginning): NoteState {
  const { spec, attention } = network
  const { grid } = before
  const last = before.token === null ? null : { ...before.token, length: start - before.token.start }
  const token = { pitch, start, length: 1 }
  const row = new Float32Array(inputWidth(spec.secondVoice ?? false))
  const heard = hear(before.heard, token)
  const place = { token, before: last, heard: before.heard }
  row.set(noteInputRow(place, { grid, without: spec.without ?? [] }))
  if (sight !== null && spec.secondVoice)
    writeSight(sight, referenceOf(heard, spec.without ?? []), (column) => (row[NOTE_INPUTS + column] = 1))
  const past = last === null || attention === null ? [] : [...before.past, remember(attention, before, row)]
  const { cells, outputs } = stepLayers(network.layers, before, row)
  const hidden = itemAt(outputs, -1)
  const back = attention === null ? null : lookBack(attention, hidden, { past, start, grid, spec })
  return {
    grid,
    cells,
    outputs,
    heard,
    token,
    past,
    key: attention === null ? before.key : applyAffine(attention.key, [hidden]),
    attended: back?.shares ?? new Float64Array(),
    state: back?.state ?? hidden,
  }
}

function stepLayers(
  layers: readonly LstmLayer[],
  { cells, outputs }: Pick<NoteState, 'cells' | 'outputs'>,
  row: Float32Array,
): { cells: Float32Array[]; outputs: Float32Array[] } {
  const next: { cells: Float32Array[]; outputs: Float32Array[] } = { cells: [], outputs: [] }
  let values = row
  layers.forEach((layer, n) => {
    const { cell, hidden } = stepLayer(layer, { cell: itemAt(cells, n), hidden: itemAt(outputs, n) }, values)
    next.cells.push(cell)
    next.outputs.push(hidden)
    values = hidden
  })
  return next
}

/** The last token, once the input row of the one after it is known. */
function remember({ value }: Attention, { token, key, outputs }: NoteState, follower: Float32Array): Remembered {
  return { start: token!.start, key, value: new Float32Array(applyAffine(value, [itemAt(outputs, -1), follower])) }
}

/** What is looked at, and the output of the LSTM layers with what looking back adds to it. */
function lookBack(
  attention: Attention,
  hidden: Float32Array,
  { past, start, grid, spec }: Pick<NoteState, 'past' | 'grid'> & Pick<Token, 'start'> & Pick<Network, 'spec'>,
): { readonly shares: Float64Array; readonly state: Float32Array } {
  const query = applyAffine(attention.query, [hidden])
  const scores = past.map(({ key, start: earlier }) => {
    const kind = distanceKind(start - earlier, grid, spec.without ?? [])
    return product(query, key) / Math.sqrt(query.length) + itemAt(attention.distances, kind - 1)
  })
  const shares = softmax([...scores, 0]) // the last one is that of attending to nothing
  const attended = new Float64Array(hidden.length)
  past.forEach(({ value }, n) => {
    for (let i = 0; i < attended.length; i++) attended[i]! += shares[n]! * value[i]!
  })
  const gain = applyAffine(attention.output, [hidden, new Float32Array(attended)])
  return { shares, state: hidden.map((value, i) => value + Math.max(0, gain[i]!)) }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function predict(
  network: Heads,
  { state, token, heard, grid }: Pick<NoteState, 'state' | 'token' | 'heard' | 'grid'>,
): TokenDistribution {
  const { spec } = network
  if (token === null) throw new Error('no token has begun: there is nothing to predict from')
  const without = spec.without ?? []
  const ahead = lookAhead(network, { state, token, heard, grid })
  const found = new Map<number, NextToken>()
  const next = (length: number): NextToken => ahead(length, null)
  return {
    lengths: softmax(applyAffine(network.length, [state])),
    next(length) {
      const shown = Math.min(length, LONGEST_TOKEN)
      const known = found.get(shown) ?? next(shown)
      found.set(shown, known)
      return known
    },
    reference: referenceOf(heard, without),
  }
}

interface Begun extends Pick<NoteState, 'state' | 'heard' | 'grid'> {
  readonly token: Token
}

/** What follows a token, by its length and what the other voice does there. */
function lookAhead(network: Heads, { state, token, heard, grid }: Begun) {
  const { spec } = network
  const reading = { grid, without: spec.without ?? [] }
  const reference = referenceOf(heard, reading.without)
  // Sums over the state's rows; an ending adds some of those after them, in the order of the rows.
  const stateRows = { ...network.next, rows: state.length }
  const sums = applyAffine(stateRows, [state])
  return (length: number, sight: Sight | null): NextToken => {
    const ending = new Float32Array(network.next.rows - state.length)
    writeEnding(ending, { start: token.start, length }, reading)
    if (sight !== null) writeMeeting(ending, sight, reference)
    return nextToken(network, token, addRows(network.next, sums, ending))
  }
}

function predictBeside(network: Heads, { state, token, heard, grid }: NoteState): BesideDistribution {
  if (token === null) throw new Error('no token has begun: there is nothing to predict from')
  if (network.meet === null) throw new Error('this network plays alone: it was not trained beside another voice')
  const lengths = softmax(applyAffine(network.length, [state]))
  const added = applyAffine(network.meet, [state])
  const ahead = lookAhead(network, { state, token, heard, grid })
  return {
    begins: (age, sight) => meetingHazard(lengths, age, sight === null ? 0 : added[meetingOf(sight)]!),
    next: (age, sight) => ahead(Math.min(age, LONGEST_TOKEN), sight),
    reference: referenceOf(heard, network.spec.without ?? []),
  }
}

/** The sums with the rows of the kernel's end that `ending` picks. */
function addRows({ kernel, columns, rows }: Affine, sums: Float64Array, ending: Float32Array): Float32Array {
  const total = sums.slice()
  const first = rows - ending.length
  for (let n = 0; n < ending.length; n++) {
    if (ending[n] === 0) continue
    for (let i = 0; i < columns; i++) total[i]! += ending[n]! * kernel[(first + n) * columns + i]!
  }
  return new Float32Array(total.map((sum) => Math.max(0, sum)))
}

function nextToken({ rest, interval }: Heads, { pitch }: Token, hidden: Float32Array): NextToken {
  return {
    rest: pitch === null ? 0 : sigmoid(itemAt(applyAffine(rest, [hidden]), 0)),
    intervals: softmax(applyAffine(interval, [hidden])),
  }
}

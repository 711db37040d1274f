import { groupsOfAtMost, inGroups, type Sequence } from '../../dataset/batches.ts'
import { inputWidth, makeNoteBatch, type NoteBatch, type NoteMelody, noteMelody } from '../../dataset/noteBatches.ts'
import type { NoteModelSpec, Weights } from '../../config/modelSpec.ts'
import type { Backend } from '../backend.ts'
import { type Dropout, dropoutOf, NO_DROPOUT } from '../dropout.ts'
import { gradientsOfGroups, type PassSums } from '../gradientsOfGroups.ts'
import { lstmKernels } from '../lstmKernels.ts'
import { addSums, NO_SUMS } from '../metricSums.ts'
import { type PickedRows, pickRows, spreadGradients } from '../pickedRows.ts'
import type { TrainableNetwork } from '../trainableNetwork.ts'
import { tidied, upload } from '../tensors.ts'
import { backward } from './noteBackward.ts'
import { hitsOf } from './noteHits.ts'
import { noteLosses } from './noteLosses.ts'
import { stepProbabilitiesOf } from './noteSteps.ts'
import { forward, type NoteNetwork } from './notePass.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Rows (tokens x melodies) computed at once: what a batch keeps grows with them, and attention's with their square. */
const MAX_ROWS = 8_192

/** A network that reads notes, on a backend. */
export interface NoteRnn extends TrainableNetwork {
  /** What the heads read at each token of each sequence [tokens * units], without dropout. */
  states(weights: Weights, sequences: readonly Sequence[]): Float32Array[]
  /** The loss of each sequence by head, dropout off; in their order. */
  measureHeads(weights: Weights, sequences: readonly Sequence[]): HeadLosses[]
}

/** Nats of a melody by head, and the steps and notes that they are for. */
export interface HeadLosses {
  readonly steps: number
  /** Notes after the first token. */
  readonly notes: number
  readonly rhythm: number
  readonly rest: number
  readonly pitch: number
}

/**
 * The network of iteration 3 on a backend: a token is a note or a rest. LSTM layers read tokens; attention looks back at earlier
 * ones and what followed them; heads say how long the token is, then, knowing that, whether a rest follows, else which interval.
 * Weights stay plain arrays: each call uploads them and leaves no tensor.
 */
export function noteRnn(backend: Backend, spec: NoteModelSpec, sharers = 1): NoteRnn {
  const open = { tf: backend.tf, spec, kernels: lstmKernels(backend) }
  const { groups, each } = tokenGroups(Math.floor(MAX_ROWS / sharers))
  return {
    sizeOf: (sequence) => noteMelody(sequence).tokens.length,
    measure(weights, sequences, dropout) {
      return groups(sequences)
        .flatMap((group, n) => run({ ...open, weights }, group, dropoutOf(dropout, 'part', n)).sums)
        .reduce(addSums, NO_SUMS)
    },
    measureEach: (weights, sequences, dropout) =>
      each(sequences, (group, n) => run({ ...open, weights }, group, dropoutOf(dropout, 'part', n)).sums),
    stepProbabilities: (weights, sequences) => each(sequences, (group) => probabilitiesOf({ ...open, weights }, group)),
    measureHeads: (weights, sequences) => each(sequences, (group) => headLossesOf({ ...open, weights }, group)),
    states: (weights, sequences) => each(sequences, (group) => statesOf({ ...open, weights }, group)),
    gradients: (weights, sequences, dropout) =>
      gradientsOfGroups({ weights, sequences }, groups(sequences), (group, n, valid) =>
        run({ ...open, weights, valid }, group, dropoutOf(dropout, 'part', n)),
      ),
  }
}

/** A network with its weights as arrays; with `valid`, the steps that a mean is taken over, gradients are asked for. */
interface Open extends Omit<NoteNetwork, 'tensors'> {
  readonly weights: Weights
  readonly valid?: number
}

/** Loss and hits of each melody and, where asked for, the gradients of their part of the mean loss (else empty). */
function run(open: Open, group: Group, dropout: Dropout): PassSums {
  return tidied(open.tf, () => {
    const { network, pass, losses, batch, rows } = passThrough(open, group, dropout)
    const sums = hitsOf(network, pass, { losses, batch })
    if (open.valid === undefined) return { sums, gradients: {} }
    return { sums, gradients: spreadGradients(backward(network, pass, { losses, batch }), rows, open.weights) }
  })
}

/** What the steps of each melody of a group are given. */
function probabilitiesOf(open: Open, group: Group): Float64Array[] {
  return tidied(open.tf, () => {
    const { losses, batch, pass } = passThrough(open, group, NO_DROPOUT)
    return stepProbabilitiesOf(losses, batch, pass.meet)
  })
}

function headLossesOf(open: Open, group: Group): HeadLosses[] {
  return tidied(open.tf, () => {
    const { losses, batch } = passThrough(open, group, NO_DROPOUT)
    const rhythm = losses.length.losses.dataSync<'float32'>()
    const rest = losses.rest.losses.dataSync<'float32'>()
    const pitch = losses.interval.losses.dataSync<'float32'>()
    return batch.melodies.map(({ tokens }, b): HeadLosses => {
      const sums = { steps: -1, notes: 0, rhythm: 0, rest: 0, pitch: 0 }
      tokens.forEach(({ length }, t) => {
        const row = t * batch.size + b
        sums.steps += length
        if (batch.hasLength[row] === 1) sums.rhythm += itemAt(rhythm, row)
        if (batch.hasKind[row] === 1) sums.rest += itemAt(rest, row)
        if (batch.hasNote[row] === 1) {
          sums.pitch += itemAt(pitch, row)
          sums.notes += 1
        }
      })
      return sums
    })
  })
}

/** The forward pass over a group, with its losses. Call inside `tidied`. */
function passThrough({ weights, valid, ...open }: Open, group: Group, dropout: Dropout) {
  const { batch, rows, some } = picked(group, open.spec, weights)
  const network: NoteNetwork = { ...open, tensors: upload(open.tf, some) }
  const pass = forward(network, batch, dropout)
  return { network, pass, batch, rows, losses: noteLosses(network, pass, { batch, valid: valid ?? 1 }) }
}

/** The batch of a group, the rows of the kernels that it reads, and the weights with those alone. */
export function picked(melodies: Group, spec: NoteModelSpec, weights: Weights) {
  const batch = makeNoteBatch(melodies, { without: spec.without ?? [], hasOther: spec.secondVoice ?? false })
  const rows = inputRows(batch, spec)
  return { batch, rows, some: pickRows(weights, rows) }
}

/** What the heads read at each token of each melody. */
function statesOf({ weights, ...open }: Open, melodies: Group): Float32Array[] {
  return tidied(open.tf, () => {
    const { batch, some } = picked(melodies, open.spec, weights)
    const network = { ...open, tensors: upload(open.tf, some) }
    const { state } = forward(network, batch, NO_DROPOUT)
    const units = state.shape[1]
    const rows = state.dataSync<'float32'>()
    return melodies.map(({ tokens }, b) => {
      const own = new Float32Array(tokens.length * units)
      tokens.forEach((_, t) => {
        const row = t * batch.size + b
        own.set(rows.subarray(row * units, (row + 1) * units), t * units)
      })
      return own
    })
  })
}

/** Rows of the kernels that read inputs: those of the columns a batch uses, and those of the states beside them. */
function inputRows({ columns }: NoteBatch, spec: NoteModelSpec): PickedRows {
  const { layerSizes, attentionSize, blocks, secondVoice = false } = spec
  if (blocks !== undefined) return { 'embedding/kernel': columns }
  const [first, last] = [itemAt(layerSizes, 0), itemAt(layerSizes, -1)]
  const lstm = [...columns, ...Array.from({ length: first }, (_, n) => inputWidth(secondVoice) + n)]
  if (attentionSize === 0) return { 'lstm_0/kernel': lstm }
  const value = [...Array.from({ length: last }, (_, n) => n), ...columns.map((column) => last + column)]
  return { 'lstm_0/kernel': lstm, 'attention/value/kernel': value }
}

/** Melodies that are computed at once. */
export type Group = readonly NoteMelody[]

/** Melodies in groups of at most this many padded tokens, like lengths together; and what is made of each, in the order of the sequences. */
export function tokenGroups(maxRows: number): {
  groups(sequences: readonly Sequence[]): Group[]
  each<T>(sequences: readonly Sequence[], make: (group: Group, n: number) => readonly T[]): T[]
} {
  const read = (sequences: readonly Sequence[]) =>
    sequences.map(noteMelody).map((melody) => ({ melody, length: melody.tokens.length }))
  const melodiesOf = (group: ReturnType<typeof read>): Group => group.map(({ melody }) => melody)
  return {
    groups: (sequences) => groupsOfAtMost(read(sequences), maxRows).map(melodiesOf),
    each: (sequences, make) => inGroups(read(sequences), maxRows, (group, n) => make(melodiesOf(group), n)),
  }
}

import {
  type BatchOrder,
  type OrderState,
  type Sequence,
  batchOrder,
  isEncodable,
  orderFrom,
  wholeSequences,
  windowsOf,
} from '../dataset/batches.ts'
import type { TrainingRow } from '../dataset/dataset.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import type { TrainableNetwork } from '../model/trainableNetwork.ts'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import { UserError } from '../support/errors.ts'
import { mulberry32, seedFrom, shuffled } from '../support/random.ts'
import { itemAt } from '../support/itemAt.ts'

/** The melodies of a job as the loop needs them. */
export interface TrainingData {
  readonly trainMelodies: readonly (readonly number[])[]
  readonly testMelodies: readonly (readonly number[])[]
  readonly train: readonly Sequence[]
  /** Rows that each sequence of `train` takes in a batch. */
  readonly sizes: readonly number[]
  /** Of each sequence of `train`; undefined = all 1. */
  readonly weights: readonly number[] | undefined
  /** Whole melodies. */
  readonly test: readonly Sequence[]
  /** Names of the training melodies, by their events. */
  readonly names: ReadonlyMap<readonly number[], string>
}

/** Events of held-out melodies measured for a test row: about a second of work. */
const TEST_EVENTS = 20_000

/**
 * Melodies encoded and cut into sequences; of the validation melodies all, or a fixed part.
 * @throws UserError when there is none to learn from.
 */
export function trainingData(
  {
    config,
    train,
    weights,
    test,
  }: {
    readonly config: TrainedConfig
    readonly train: readonly TrainingRow[]
    readonly weights?: readonly number[]
    readonly test: readonly TrainingRow[]
  },
  network: TrainableNetwork,
): TrainingData {
  const encoding = eventEncoding(config.model)
  const trainRows = train.filter(({ events }) => isEncodable(events)) // as `wholeSequences` keeps and orders them
  const trainMelodies = wholeSequences(trainRows, encoding)
  const testMelodies = wholeSequences(test, encoding)
  if (trainMelodies.length === 0)
    throw new UserError('no training melodies: give a larger corpus, or less strict extraction settings')
  const sequences = trainMelodies.flatMap((melody) => windowsOf(melody, config.training.window))
  return {
    trainMelodies: trainMelodies.map(({ events }) => events),
    testMelodies: testMelodies.map(({ events }) => events),
    train: sequences,
    sizes: sequences.map((sequence) => network.sizeOf(sequence)),
    weights: weights && weightsOf(sequences, trainMelodies, encodableWeights(train, weights)),
    test: config.training.evaluateAll ? testMelodies : fixedPart(testMelodies, config.seed),
    names: new Map(trainMelodies.map(({ events }, n) => [events, itemAt(trainRows, n).id])),
  }
}

/** The melodies that a batch was cut from, each once. */
export function namesOf(batch: readonly Sequence[], { names }: TrainingData): string[] {
  return [...new Set(batch.map(({ events }) => names.get(events) ?? '?'))]
}

/** Where the order of a training's batches begins: its seed decides all that follows. */
export const firstOrder = ({ seed }: Pick<TrainedConfig, 'seed'>): OrderState => orderFrom(seedFrom(seed, 'order'))

/** The order of the batches, from its stored state. */
export function orderAt(
  state: OrderState,
  { sizes, weights }: TrainingData,
  { training: { batchSize, batchRows } }: TrainedConfig,
): BatchOrder {
  return batchOrder(sizes, { sequences: batchSize, rows: batchRows ?? Infinity }, state, weights)
}

/** The sequences of the next optimizer step: `accumulate` batches. */
export function nextSequences(order: BatchOrder, { train }: TrainingData, { training }: TrainedConfig): Sequence[] {
  const batches = Array.from({ length: training.accumulate }, () => order.next())
  return batches.flat().map((index) => itemAt(train, index))
}

/** The weights of the melodies that `encodable` keeps. */
function encodableWeights(rows: readonly TrainingRow[], weights: readonly number[]): number[] {
  return weights.filter((_, n) => isEncodable(itemAt(rows, n).events))
}

/** Each sequence's weight is that of the melody it was cut from. */
function weightsOf(
  sequences: readonly Sequence[],
  melodies: readonly Sequence[],
  weights: readonly number[],
): number[] {
  const weight = new Map(melodies.map(({ events }, n) => [events, weights[n] ?? 1]))
  return sequences.map(({ events }) => weight.get(events) ?? 1)
}

/** Melodies in a random but fixed order until they have enough events for a row. */
function fixedPart(melodies: readonly Sequence[], seed: number): Sequence[] {
  let events = 0
  return shuffled(melodies, mulberry32(seedFrom(seed, 'test rows'))).filter((melody) => {
    const room = events < TEST_EVENTS
    events += melody.events.length
    return room
  })
}

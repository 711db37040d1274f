import { UserError } from '../support/errors.ts'
import { mulberry32, seedFrom, shuffled } from '../support/random.ts'
import type { MelodyRow } from './dataset.ts'
import type { SelectedPart } from './selectPart.ts'
import { itemAt } from '../support/itemAt.ts'

/** Training melodies and, if not all 1, how often an epoch shows each. */
export interface WeightedMelodies {
  readonly train: readonly MelodyRow[]
  readonly weights?: readonly number[]
}

/** Semitones by which copies are shifted: every other key, by the smaller way. */
const SHIFTS = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6] as const

/**
 * The training melodies, each followed by copies in `count` other keys; which ones depends on the melody's name alone, so
 * that more music changes no copy. Copies that would leave the range of MIDI pitches, 0-127, are left out. Copies are
 * made of what is given, which must be the training side: a copy of a held-out melody would be learned from.
 * @throws UserError when a melody given is held out, or `count` is not 0-11.
 * @example inOtherKeys([row], undefined, 1).train.length // 2
 */
export function inOtherKeys(
  train: readonly MelodyRow[],
  weights: readonly number[] | undefined,
  count: number,
): WeightedMelodies {
  if (!Number.isInteger(count) || count < 0 || count > SHIFTS.length)
    throw new UserError(`transpositions is ${count}: expected a whole number from 0 to ${SHIFTS.length}`)
  const heldOut = train.find(({ split }) => split !== 'train')
  if (heldOut !== undefined)
    throw new UserError(`${heldOut.id} is a ${heldOut.split} melody: only training melodies are shown in other keys`)
  const copies = train.map((row) => [row, ...(count === 0 ? [] : otherKeys(row, count))])
  return {
    train: copies.flat(),
    ...(weights === undefined ? {} : { weights: copies.flatMap((own, n) => own.map(() => itemAt(weights, n))) }),
  }
}

function otherKeys(row: MelodyRow, count: number): MelodyRow[] {
  const pitches = row.events.filter((event) => event >= 0)
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)]
  const possible = SHIFTS.filter((shift) => low + shift >= 0 && high + shift <= 127)
  return shuffled(possible, mulberry32(seedFrom(0, 'other keys', row.id)))
    .slice(0, count)
    .map((shift) => ({
      ...row,
      id: `${row.id}${shift < 0 ? '' : '+'}${shift}`,
      events: row.events.map((event) => (event < 0 ? event : event + shift)),
    }))
}

/**
 * The weight of each training melody of a part, by the source of its file; undefined when none is named.
 * @throws UserError when a weight is not above 0, or names a source the part does not have.
 */
export function sourceWeights(
  { train, files }: Pick<SelectedPart, 'train' | 'files'>,
  weights: Readonly<Record<string, number>> | null,
): number[] | undefined {
  if (weights === null) return undefined
  const source = new Map(files.map((file) => [file.path, file.source]))
  const sources = new Set(source.values())
  for (const [name, weight] of Object.entries(weights)) {
    if (!(weight > 0 && Number.isFinite(weight)))
      throw new UserError(
        `the weight of ${name} is ${weight}: expected more than 0 (to leave a source out, do not name it with --corpus)`,
      )
    if (!sources.has(name))
      throw new UserError(`a weight is given to ${name}, which is not a source here: ${[...sources].sort().join(', ')}`)
  }
  return train.map(({ path }) => weights[source.get(path) ?? ''] ?? 1)
}

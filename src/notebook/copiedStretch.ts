import { join } from 'node:path'
import type { IterationName } from '../config/experimentConfig.ts'
import { melodyNotes } from '../melody/melody.ts'
import type { MusicalReport } from '../results/musicalReport.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { readSidecar } from '../results/sidecar.ts'
import { itemAt } from '../support/itemAt.ts'

/** The longest stretch that a published melody shares with a training melody, beside that melody. */
export interface CopiedStretch {
  /** The published file, without its ending. */
  readonly melody: string
  /** The training melody. */
  readonly source: string
  /** Moves in a row that both share, in any key. */
  readonly moves: number
  /** The stretch as the model wrote it, and the training melody there, in the same key. */
  readonly written: readonly number[]
  readonly learnt: readonly number[]
}

/**
 * What an iteration copied at greatest length, among its published melodies and the training melodies that may be shown; null
 * where none is known.
 * @param root where the results lie.
 */
export function copiedStretch(
  { nearest }: Pick<MusicalReport, 'nearest'>,
  { config, melodies }: Pick<IterationResult, 'config' | 'melodies'>,
  root: string,
): CopiedStretch | null {
  const [found] = nearest
    .filter(({ melody, overlay }) => isOf(melody, config.iteration) && (overlay ?? null) !== null)
    .toSorted((a, b) => b.moves - a.moves)
  const path = melodies.find((each) => each.endsWith(`/${found?.melody}.mid`))
  if (found?.overlay === undefined || found.overlay === null || path === undefined || found.moves === 0) return null
  const { events } = readSidecar(join(root, path.replace(/\.mid$/, '.json')))
  const continuation = events.slice(-found.overlay.events.length)
  const notes = melodyNotes(continuation)
  const [from, to] = [itemAt(notes, found.start).startStep, itemAt(notes, found.start + found.moves).endStep]
  return {
    ...{ melody: found.melody, moves: found.moves, source: found.title ?? found.id ?? 'a training melody' },
    ...{ written: continuation.slice(from, to), learnt: begun(found.overlay.events.slice(from, to)) },
  }
}

const isOf = (melody: string, iteration: IterationName): boolean => melody.startsWith(`it_${iteration}_`)

/** A cut may leave the end of a note that began before it. */
const begun = (events: readonly number[]): number[] => {
  const first = events.findIndex((event) => event >= 0)
  return events.map((event, n) => (n < first ? -2 : event))
}

import { itemAt } from '../support/itemAt.ts'
/** A candidate of a beam search. Never changed in place: several candidates may share its parts. */
export interface BeamEntry<S> {
  readonly sequence: readonly number[]
  /** Whatever the step needs to extend the sequence. */
  readonly state: S
  /** The higher the better, such as a log-likelihood. */
  readonly score: number
}

/** Settings of a beam search. */
export interface BeamSearch<S> {
  readonly initial: BeamEntry<S>
  /** Extends each entry, in order, by one step. */
  readonly step: (entries: readonly BeamEntry<S>[]) => BeamEntry<S>[] | Promise<BeamEntry<S>[]>
  /** Steps to add in all. */
  readonly steps: number
  /** Entries that survive an iteration. */
  readonly beamSize: number
  /** Continuations tried of each entry. */
  readonly branchFactor: number
  /** Steps between two prunings. */
  readonly stepsPerIteration: number
}

/**
 * The best entry of a beam search as Magenta does it. The beam starts as `beamSize` copies of the initial entry, which are
 * not pruned before the first iteration. That iteration takes the odd steps, so that all others take
 * `stepsPerIteration`. Branches stand in the order b0, b1, …, b0, b1, …; of equal scores the earlier entry is kept.
 * @example (await beamSearch({ initial, step, steps: 16, beamSize: 2, branchFactor: 3, stepsPerIteration: 4 })).sequence
 */
export async function beamSearch<S>(search: BeamSearch<S>): Promise<BeamEntry<S>> {
  const { initial, steps, beamSize, stepsPerIteration } = search
  let entries = Array.from({ length: beamSize }, () => initial)
  let left = steps
  for (let count = ((steps - 1) % stepsPerIteration) + 1; left > 0; count = stepsPerIteration) {
    entries = await branch(search, best(entries, beamSize), count)
    left -= count
  }
  return itemAt(best(entries, 1), 0)
}

/** A search whose entries need steps of different number to be complete. */
export interface BeamSearchToEnd<S> extends Omit<BeamSearch<S>, 'steps'> {
  readonly isComplete: (entry: BeamEntry<S>) => boolean
}

/**
 * The best complete entry of a beam search. The beam starts as `beamSize` copies of the initial entry; complete entries stay in it
 * without branching, as long as their scores are among the best, and the search ends when all are complete.
 */
export async function beamSearchToEnd<S>(search: BeamSearchToEnd<S>): Promise<BeamEntry<S>> {
  const { initial, isComplete, beamSize, stepsPerIteration } = search
  let beam = Array.from({ length: beamSize }, () => initial)
  while (!beam.every(isComplete)) {
    const open = beam.filter((entry) => !isComplete(entry))
    const branched = await branch(search, open, stepsPerIteration)
    beam = best([...beam.filter(isComplete), ...branched], beamSize)
  }
  return itemAt(best(beam, 1), 0)
}

async function branch<S>(
  search: Pick<BeamSearch<S>, 'branchFactor' | 'step'>,
  beam: readonly BeamEntry<S>[],
  steps: number,
): Promise<BeamEntry<S>[]> {
  let entries = Array.from({ length: search.branchFactor }, () => beam).flat()
  for (let step = 0; step < steps; step++) entries = await search.step(entries)
  return entries
}

/** The `count` entries of highest score, the best first; of equal ones the earlier. */
function best<S>(entries: readonly BeamEntry<S>[], count: number): BeamEntry<S>[] {
  return entries.toSorted((a, b) => b.score - a.score).slice(0, count)
}

import type { IterationName } from '../config/experimentConfig.ts'

/** `report/results/study.json`: what the study's own record says, computed from the logs its notebook stored. */
export interface StudyRecord {
  readonly format: 'cantus-study-1'
  readonly source: string
  readonly iterations: Readonly<Record<IterationName, StudyIteration>>
}

export interface StudyIteration {
  /** As its results table has them. */
  readonly printed: { readonly accuracy: number; readonly loss: number; readonly noEventAccuracy: number }
  /** Null where no log was stored. */
  readonly log: StudyLog | null
}

export interface StudyLog {
  /** Rows of the log: single training minibatches, dropout on. */
  readonly rows: number
  readonly firstStep: number
  readonly lastStep: number
  /** Steps at which one stored stretch of the log takes over from another. */
  readonly joins: readonly number[]
  /** The row whose accuracy the results table has. */
  readonly printedRow: StudyRow
  /** The last 100 rows. */
  readonly last100: {
    readonly n: number
    readonly accuracy: { readonly mean: number; readonly sd: number }
    readonly loss: { readonly mean: number; readonly sd: number }
  }
  /** Means over so many neighbouring rows, for a chart. */
  readonly thinnedBy: number
  readonly curve: readonly StudyRow[]
}

export interface StudyRow {
  readonly step: number
  readonly accuracy: number
  readonly loss: number
}

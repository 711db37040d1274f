import type { DataConfig, IterationName } from '../config/experimentConfig.ts'
import type { Catalogue } from '../dataset/catalogue.ts'
import type { Split } from '../dataset/dataset.ts'
import type { LeakReport } from '../dataset/leakAudit.ts'
import type { Kinship } from '../dataset/placeFiles.ts'
import type { SelectedPart } from '../dataset/selectPart.ts'
import type { IterationResult } from './iterationResult.ts'

/** What the melodies of a data set are like, and which are alike. */
export interface MelodyReport {
  /** Melodies by whole bars, shortest first; and their quartiles in bars. */
  readonly lengths: { readonly bars: Readonly<Record<string, number>>; readonly quartiles: readonly number[] }
  /** Notes that begin at each MIDI pitch, 0-127. */
  readonly pitches: readonly number[]
  /** As `countIntervals`: from an octave or more down to an octave or more up. */
  readonly intervals: readonly number[]
  /**
   * Melodies by the major scale that holds most of their notes, from C up in semitones. A melody that several scales fit
   * equally counts in each as a fraction: a third where there are three.
   */
  readonly scales: readonly number[]
  readonly duplicates: {
    /** Melodies that are copies, in whatever key, of an earlier one. */
    readonly melodies: number
    /** Files with the very content of an earlier one. */
    readonly files: number
  }
  readonly families: FamilyReport
}

export interface FamilyReport extends Kinship {
  readonly count: number
  /** Families by their number of files, smallest first. */
  readonly sizes: Readonly<Record<string, number>>
}

/** What a source gives by each policy for tracks with notes that sound together. */
export interface YieldRow {
  /** First part of its files' paths: the archive or folder it lies in. */
  readonly corpus: string
  readonly source: string
  /** Label of the style selection; a source may have files in it and others. */
  readonly style: string | null
  readonly files: number
  readonly strict: Yield
  readonly loose: Yield
}

export interface Yield {
  /** Files that gave a melody. */
  readonly withMelodies: number
  readonly melodies: number
  readonly melodiesPerFile: number
}

export type SplitNumbers = Readonly<Record<Split, number>>

/** What an iteration's part of a data set holds. */
export interface PartCounts {
  readonly files: SplitNumbers
  readonly families: number
  /** Those that are kept. */
  readonly melodies: SplitNumbers
  readonly removed: SelectedPart['removed']
  /** Events of the training melodies, one a step. */
  readonly trainingSteps: number
}

/** One row a style's label or, in general music, a source. */
export interface PartSource {
  readonly group: string
  readonly files: number
  readonly melodies: SplitNumbers
}

/** An iteration's data set on disk. */
export interface BuiltPart extends PartCounts {
  readonly iteration: IterationName
  readonly data: DataConfig
  readonly folder: string
  /** sha256 over its rows. */
  readonly hash: string
  readonly sources: readonly PartSource[]
}

/** How much of a part's test melodies its training melodies hold, by two ways of splitting. */
export interface PartLeaks {
  readonly byFamily: LeakReport
  /** The study's way: the same files and all their melodies, each file on a side by itself, nothing removed. */
  readonly byFile: LeakReport
}

/** The data set of an iteration, by both policies. */
export interface PartReport extends Omit<BuiltPart, 'folder'> {
  /** What the loose policy gives the same iteration. */
  readonly loose: PartCounts
  readonly leaks: PartLeaks
}

/** Everything counted of a corpus; what `report/results/corpus.json` holds. */
export interface CorpusReport extends MelodyReport {
  readonly format: 'cantus-corpus-1'
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly environment: Omit<IterationResult['environment'], 'backend'>
  /** From files to melodies by source, reasons, modes and sides of the split, by the study's policy. */
  readonly funnel: Catalogue
  readonly yields: readonly YieldRow[]
  readonly parts: Readonly<Partial<Record<IterationName, PartReport>>>
}

import { z } from 'zod'
import { dataConfigSchema, studyIterationNameSchema } from '../config/experimentConfig.ts'
import { measured, type Stored } from '../support/stored.ts'
import { environmentSchema } from './iterationResult.ts'
import { resultFile } from './resultFile.ts'

/** How many of something lie on each side. */
const splitNumbersSchema = z.object({ train: z.number(), validation: z.number(), test: z.number() })
export type SplitNumbers = Stored<typeof splitNumbersSchema>

const sourceSummarySchema = z.object({
  corpus: z.string(),
  source: z.string(),
  style: z.string().nullable(),
  files: z.number(),
  readable: z.number(),
  withMelodies: z.number(),
  melodies: z.number(),
  kept: z.number(),
})

/** As `Catalogue`. */
const catalogueSchema = z.object({
  hash: z.string(),
  files: z.number(),
  readable: z.number(),
  withMelodies: z.number(),
  kept: z.number(),
  melodies: splitNumbersSchema.extend({ total: z.number() }),
  families: z.number(),
  sources: z.array(sourceSummarySchema),
  modes: z.record(z.string(), z.number()),
  dropped: z.record(z.string(), z.number()),
  filesWithIgnored: z.number().exactOptional(),
})

/** As `LeakSummary`. */
const leakSummarySchema = z.object({
  melodies: z.number(),
  median: measured,
  percentile95: measured,
  longest: measured,
  copied: measured,
  histogram: z.array(z.object({ from: z.number(), to: z.number(), melodies: z.number() })),
})

/** As `LeakReport`. */
const leakReportSchema = z.object({
  training: z.number(),
  all: leakSummarySchema,
  sources: z.array(leakSummarySchema.omit({ histogram: true }).extend({ source: z.string() })),
  worst: z.array(z.object({ id: z.string(), longest: z.number(), tokens: z.number(), nearest: z.string().nullable() })),
})

/** As `Kinship`. */
const kinshipSchema = z.object({
  edges: z.record(z.enum(['content', 'melody', 'near', 'tune', 'title']), z.number()),
  largest: z.array(z.object({ family: z.string(), files: z.number() })),
  primers: z.array(z.string()),
})

const familyReportSchema = kinshipSchema.extend({
  count: z.number(),
  /** Families by their number of files, smallest first. */
  sizes: z.record(z.string(), z.number()),
})
export type FamilyReport = Stored<typeof familyReportSchema>

/** What the melodies of a data set are like, and which are alike. */
const melodyReportSchema = z.object({
  /** Melodies by whole bars, shortest first; and their quartiles in bars. */
  lengths: z.object({
    bars: z.record(z.string(), z.number()),
    quartiles: z.array(z.number()),
  }),
  /** Notes that begin at each MIDI pitch, 0-127. */
  pitches: z.array(z.number()),
  /** As `countIntervals`: from an octave or more down to an octave or more up. */
  intervals: z.array(z.number()),
  /**
   * Melodies by the major scale that holds most of their notes, from C up in semitones. A melody that several scales fit
   * equally counts in each as a fraction: a third where there are three.
   */
  scales: z.array(z.number()),
  duplicates: z.object({
    /** Melodies that are copies, in whatever key, of an earlier one. */
    melodies: z.number(),
    /** Files with the very content of an earlier one. */
    files: z.number(),
  }),
  families: familyReportSchema,
})
export type MelodyReport = Stored<typeof melodyReportSchema>

const yieldSchema = z.object({
  /** Files that gave a melody. */
  withMelodies: z.number(),
  melodies: z.number(),
  melodiesPerFile: z.number(),
})
export type Yield = Stored<typeof yieldSchema>

/** What a source gives by each policy for tracks with notes that sound together. */
const yieldRowSchema = z.object({
  /** First part of its files' paths: the archive or folder it lies in. */
  corpus: z.string(),
  source: z.string(),
  /** Label of the style selection; a source may have files in it and others. */
  style: z.string().nullable(),
  files: z.number(),
  strict: yieldSchema,
  loose: yieldSchema,
})
export type YieldRow = Stored<typeof yieldRowSchema>

/** What an iteration's part of a data set holds. */
const partCountsSchema = z.object({
  files: splitNumbersSchema,
  families: z.number(),
  /** Those that are kept. */
  melodies: splitNumbersSchema,
  /** Why others are not: as `SelectedPart`. */
  removed: z.object({ heldOut: z.number(), copies: z.number(), capped: z.number() }),
  /** Events of the training melodies, one per step. */
  trainingSteps: z.number(),
})
export type PartCounts = Stored<typeof partCountsSchema>

/** One row per label of a style or, in general music, per source. */
const partSourceSchema = z.object({
  group: z.string(),
  files: z.number(),
  melodies: splitNumbersSchema,
})
export type PartSource = Stored<typeof partSourceSchema>

/** An iteration's data set on disk. */
const builtPartSchema = partCountsSchema.extend({
  iteration: studyIterationNameSchema,
  data: dataConfigSchema,
  folder: z.string(),
  /** sha256 over its rows. */
  hash: z.string(),
  sources: z.array(partSourceSchema),
})
export type BuiltPart = Stored<typeof builtPartSchema>

/** How much of a part's test melodies its training melodies hold, by two ways of splitting. */
const partLeaksSchema = z.object({
  byFamily: leakReportSchema,
  /** The study's way: the same files and all their melodies, each file on a side by itself, nothing removed. */
  byFile: leakReportSchema,
})
export type PartLeaks = Stored<typeof partLeaksSchema>

/** The data set of an iteration, by both policies. */
const partReportSchema = builtPartSchema.omit({ folder: true }).extend({
  /** What the loose policy gives the same iteration. */
  loose: partCountsSchema,
  leaks: partLeaksSchema,
})
export type PartReport = Stored<typeof partReportSchema>

/** The passages of two voices that the second-voice network learns from, and the rules by which they were taken. */
const twoVoicesSchema = z.object({
  /** First parts of the paths of the files that they were looked for in. */
  collections: z.array(z.string()),
  rules: z.record(z.string(), z.number()),
  passages: splitNumbersSchema,
  files: z.number(),
  families: z.number(),
  trainingSteps: z.number(),
})

/** Everything counted of a corpus; what `report/results/corpus.json` holds. */
const corpusReportSchema = melodyReportSchema.extend({
  format: z.literal('cantus-corpus-1'),
  corpus: z.array(z.string()),
  style: z.array(z.string()),
  environment: environmentSchema.omit({ backend: true }),
  /** From files to melodies by source, reasons, modes and sides of the split, by the study's policy. */
  funnel: catalogueSchema,
  yields: z.array(yieldRowSchema),
  parts: z.partialRecord(studyIterationNameSchema, partReportSchema),
  /** Absent where the corpus has none. */
  twoVoices: twoVoicesSchema.exactOptional(),
})
export type CorpusReport = Stored<typeof corpusReportSchema>

/** What was counted of the corpora of the full-scale study, as published. */
export const corpusFile = resultFile({
  name: 'corpus.json',
  schema: corpusReportSchema,
  command: 'cantus corpus report',
})

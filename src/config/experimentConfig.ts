import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { modelSpecSchema } from './modelSchema.ts'

/** The study's iterations, in its order. */
export const studyIterationNameSchema = z.enum(['1', '2.1', '2.2'])
/** Name of an iteration of the study. */
export type StudyIterationName = z.output<typeof studyIterationNameSchema>

/** All iterations in the order they are trained: the study's, then those that go beyond it. */
export const iterationNameSchema = z.enum([...studyIterationNameSchema.options, '3.1', '3.2'])
/** Name of an iteration. */
export type IterationName = z.output<typeof iterationNameSchema>

/** All models that can be trained: the iterations, and the second voice, which the report's tables leave out. */
export const modelNameSchema = z.enum([...iterationNameSchema.options, '3.3'])
/** Name of a model that can be trained. */
export type ModelName = z.output<typeof modelNameSchema>

/** A value for each iteration: always for the study's, for the others where they were made. */
export const byIterationSchema = <S extends z.ZodType>(schema: S) =>
  z.object({
    '1': schema,
    '2.1': schema,
    '2.2': schema,
    '3.1': schema.exactOptional(),
    '3.2': schema.exactOptional(),
  })
/** A value for each iteration: always for the study's, for the others where they were made. */
export type ByIteration<T> = Readonly<Record<StudyIterationName, T> & Partial<Record<IterationName, T>>>

/** `smoke` runs in seconds, `quick` in minutes, `full` as long as the study's. */
export const scaleSchema = z.enum(['smoke', 'quick', 'full'])
/** Name of a scale. */
export type Scale = z.output<typeof scaleSchema>

/** Threads that share a batch; each holds the model and its part in memory. */
const MOST_WORKERS = 256

/** Which melodies a track yields. Lengths are in bars or steps as named; see `extractMelodies`. */
const extractionConfigSchema = z.object({
  stepsPerQuarter: z.int().min(1).max(1000),
  minBars: z.number().min(0),
  maxSteps: z.int().min(1),
  /** Distinct pitch classes a melody must have. */
  minPitches: z.int().min(0).max(12),
  gapBars: z.number().min(0),
  ignorePolyphonic: z.boolean(),
})
export type ExtractionConfig = Stored<typeof extractionConfigSchema>

/** Which files and melodies an iteration trains on. */
export const dataConfigSchema = z.object({
  /** `embedded` = the public-domain tunes of the music21 wheel; `folder` = the folders given on the command line. */
  corpus: z.enum(['embedded', 'folder']),
  /** The files this iteration trains on: the first `files` by sha256 of the path, all of them, or the style's. */
  part: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('first'),
      files: z.int().min(1),
      /** Corpora, by the first part of their files' paths, that give this part nothing. */
      without: z.array(z.string()).exactOptional(),
    }),
    z.object({
      kind: z.literal('all'),
      /** At most this many files, for a run of seconds. */
      maxFiles: z.number().exactOptional(),
      without: z.array(z.string()).exactOptional(),
    }),
    z.object({
      kind: z.literal('style'),
      maxFiles: z.number().exactOptional(),
    }),
  ]),
  extraction: extractionConfigSchema,
  /** Shares of the families of like files that are held out, 0-1: `validation` to choose by, `test` for the published numbers. */
  split: z.object({
    validation: z.number().min(0).max(1),
    test: z.number().min(0).max(1),
    /** The study's split instead: each file by itself, whatever it shares with others, and copies stay. */
    byFile: z.boolean(),
  }),
  /** At most this many melodies per file, drawn by their names; `null` = all, as in the study. */
  maxMelodiesPerFile: z.int().min(1).nullable(),
  /**
   * How often an epoch shows the training melodies of a source, on average; 1 where a source is not named. `null` = each
   * melody once an epoch, as in the study.
   */
  weights: z.record(z.string(), z.number()).nullable(),
  /** Each training melody is also shown in as many other keys, drawn by its name; 0 = as it is, as in the study. */
  transpositions: z.int().min(0),
})
export type DataConfig = Stored<typeof dataConfigSchema>

/** See `learningRateAt`. */
const scheduleConfigSchema = z.object({
  /** Steps over which the rate rises to the highest. */
  warmupSteps: z.number(),
  decay: z.enum(['none', 'linear', 'cosine', 'exponential']),
  /** Share of the highest rate that is left at the last step, 0-1; nothing to `none`. */
  finalShare: z.number(),
})
export type ScheduleConfig = Stored<typeof scheduleConfigSchema>

const trainingConfigSchema = z.object({
  /** Optimizer steps in all. After a warm start: steps on top of those the restored model has made. */
  steps: z.number(),
  /** Sequences a step. */
  batchSize: z.number(),
  /** Rows of a step at most, padding included: fewer sequences then; absent = as many as its sequences have. */
  batchRows: z.int().min(1).exactOptional(),
  /** Parts of a batch that are computed side by side, each on a core of its own; another number gives other last bits. */
  workers: z.int().max(MOST_WORKERS),
  /** `whole` = a sequence is a whole melody, as in the study; a number cuts melodies into windows of that many steps. */
  window: z.union([z.literal('whole'), z.number()]),
  /** Batches of `batchSize` sequences whose gradients are added up before a step. */
  accumulate: z.number(),
  /** Of Adam; where there is a schedule, the highest. */
  learningRate: z.number(),
  /** How the learning rate moves; null = it stays, as in the study. */
  schedule: scheduleConfigSchema.nullable(),
  /** Probability to keep a unit of each layer's output while training. */
  keepProbability: z.number(),
  clipNorm: z.number(),
  /** `variable` = each gradient by its own norm (Magenta); `global` = by the norm of all together. */
  clip: z.enum(['variable', 'global']),
  /** Decay of a running mean of the weights, 0-1, which then is the model; null = the last weights are, as in the study. */
  averaging: z.number().nullable(),
  /** Evaluations without a lower held-out loss after which a run ends with its best weights; null = it makes all its steps. */
  patience: z.number().nullable(),
  /** Tensors that keep their values, by name or by the part before the slash: `lstm_0` is `lstm_0/kernel` and `lstm_0/bias`. */
  freeze: z.array(z.string()),
  /** Of a transfer: share of an epoch's melodies that come from the music of the iteration it resumes from; null or absent = none. */
  replay: z.number().min(0).lt(1).nullable().exactOptional(),
  /** Of a transfer: strength of the penalty for leaving the weights it starts from (see `distancePenalty`); null or absent = none. */
  stayNear: z.number().min(0).nullable().exactOptional(),
  /** Of a second voice: learns only what it has beyond the network it starts from, which then plays alone as before. */
  onlyNew: z.literal(true).exactOptional(),
  /** Steps between rows of the training log. */
  logEvery: z.number(),
  /** Steps between evaluations on the validation melodies. */
  evaluateEvery: z.number(),
  /** Evaluates on all validation melodies; false or absent = on a fixed part of them, about 20,000 events. */
  evaluateAll: z.boolean().exactOptional(),
  /** Steps between checkpoints; one is also written at the end and on Ctrl-C. */
  checkpointEvery: z.number(),
})
export type TrainingConfig = Stored<typeof trainingConfigSchema>

const generationConfigSchema = z.object({
  /** Melodies a primer. */
  perPrimer: z.number(),
  /** Steps in all, primer included. */
  totalSteps: z.number(),
  temperature: z.number(),
  /** Of lengths, by a network that reads notes; absent = the same. */
  rhythmTemperature: z.number().exactOptional(),
  /** Draws only from the likeliest that have this share together; absent = from all. */
  topP: z.number().exactOptional(),
  /** Whether a NOTE_OFF and a NO_EVENT follow the primer, as Magenta appends them; absent = they do. */
  appendix: z.boolean().exactOptional(),
})

const warmStartConfigSchema = z.object({
  /** An iteration, or the file of weights with that hash. */
  from: z.union([iterationNameSchema, z.templateLiteral(['sha256:', z.string()])]),
  /** Whether Adam keeps the parent's moments or starts with none. */
  optimizerState: z.boolean(),
})
export type WarmStartConfig = Stored<typeof warmStartConfigSchema>

/** Everything that decides an iteration's result: the method section. */
export const experimentConfigSchema = z.object({
  iteration: iterationNameSchema,
  scale: scaleSchema,
  title: z.string(),
  seed: z.int().min(0),
  data: dataConfigSchema,
  model: modelSpecSchema,
  training: trainingConfigSchema,
  /** What this one starts from; `null` = from scratch. */
  warmStart: warmStartConfigSchema.nullable(),
  generation: generationConfigSchema,
})
export type ExperimentConfig = Stored<typeof experimentConfigSchema>

/** The settings of any training: those of an iteration, or of a model that the report leaves out. */
export interface TrainedConfig extends Omit<ExperimentConfig, 'iteration'> {
  readonly iteration: ModelName
}

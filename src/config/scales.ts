import {
  type ExperimentConfig,
  type IterationName,
  iterationNameSchema,
  type Scale,
  scaleSchema,
  type StudyIterationName,
  studyIterationNameSchema,
  type TrainingConfig,
} from './experimentConfig.ts'
import { iteration1 } from './iteration1.ts'
import { iteration2_1 } from './iteration2_1.ts'
import { iteration2_2 } from './iteration2_2.ts'
import { iteration3_1 } from './iteration3_1.ts'
import { iteration3_2 } from './iteration3_2.ts'
import { attentionOf, isNoteModel } from './modelSpec.ts'
import { isOneOf } from '../support/records.ts'

/** All iterations in the order they are trained: 2.2 resumes from 2.1, and 3.2 from 3.1. */
export const ITERATIONS: readonly IterationName[] = iterationNameSchema.options
/** Those of the study. */
export const STUDY_ITERATIONS: readonly StudyIterationName[] = studyIterationNameSchema.options
/** The iterations that have a value, in the order they are trained. */
export const iterationsIn = (values: Readonly<Partial<Record<IterationName, unknown>>>): IterationName[] =>
  ITERATIONS.filter((name) => values[name] !== undefined)
/** All scales, the smallest first. */
export const SCALES: readonly Scale[] = scaleSchema.options

/** The iterations at full scale: the study's settings. */
const full: Readonly<Record<IterationName, ExperimentConfig>> = {
  '1': iteration1,
  '2.1': iteration2_1,
  '2.2': iteration2_2,
  '3.1': iteration3_1,
  '3.2': iteration3_2,
}

/** What a smaller scale overrides in an iteration; everything else stays the study's. */
interface Overrides {
  readonly part?: ExperimentConfig['data']['part']
  readonly model?: ExperimentConfig['model']
  readonly training: Partial<TrainingConfig>
  readonly perPrimer: number
}

/** Minutes on two cores; gets past the plateaus "always hold" and "rhythm without pitch", so that it shows learning. */
const quickTraining = {
  steps: 1200,
  batchSize: 32, // four times as many steps for the same work
  window: 64, // four bars: no long tails of padding
  learningRate: 1e-2, // the study's 1e-3 needs thousands of steps
  keepProbability: 0.8, // .5 keeps so short a training on its plateau
  evaluateEvery: 100,
  checkpointEvery: 100, // seconds of work
} as const

/** The same for networks of notes, which learn to look back sooner from small batches. */
const quickNotes = {
  steps: 1800, // three minutes
  batchRows: 2000,
  keepProbability: 0.85,
  schedule: { warmupSteps: 100, decay: 'cosine', finalShare: 0.02 },
  evaluateEvery: 100,
  checkpointEvery: 50,
} as const

/** Fewer notes to learn from, and minutes to do it: a smaller network than at full scale. */
const smallNotes = { encoding: 'notes', layerSizes: [128, 128], attentionSize: 64 } as const

/** Seconds: proves that every part works, and nothing about music. */
const smokeTraining = {
  ...quickTraining,
  steps: 40,
  evaluateEvery: 20,
  checkpointEvery: 20,
} as const

/** Enough to be better than the frequencies of events, and no more. */
const smokeNotes = { ...quickNotes, steps: 80, batchRows: 1000, evaluateEvery: 20, checkpointEvery: 20 } as const

const overrides: Readonly<Record<Exclude<Scale, 'full'>, Readonly<Record<IterationName, Overrides>>>> = {
  quick: {
    '1': { training: quickTraining, perPrimer: 5 },
    '2.1': { training: quickTraining, perPrimer: 5 },
    '2.2': { training: { ...quickTraining, steps: 600 }, perPrimer: 5 }, // a tenth of the tunes: fewer steps see them as often
    '3.1': { model: smallNotes, training: quickNotes, perPrimer: 5 },
    '3.2': {
      model: smallNotes,
      training: { steps: 300, batchRows: 2000, evaluateEvery: 20, checkpointEvery: 50 },
      perPrimer: 5,
    },
  },
  smoke: {
    '1': { part: { kind: 'first', files: 150 }, training: smokeTraining, perPrimer: 1 },
    '2.1': { part: { kind: 'all', maxFiles: 300 }, training: smokeTraining, perPrimer: 1 },
    '2.2': { part: { kind: 'style', maxFiles: 150 }, training: smokeTraining, perPrimer: 1 },
    '3.1': { part: { kind: 'all', maxFiles: 300 }, model: smallNotes, training: smokeNotes, perPrimer: 1 },
    '3.2': { part: { kind: 'style', maxFiles: 150 }, model: smallNotes, training: smokeNotes, perPrimer: 1 },
  },
}

/**
 * A score of many voices gives nine or ten melodies, a tune one: the Polish scores and Palestrina would have 48,358 of
 * the shared corpora's 67,031 (strict). With two a file they have 10,432 of 22,367, less than half.
 */
const MELODIES_PER_FILE = 2

/** The study's own count of files, where the corpus is large enough to have them. */
const STUDY_FIRST_FILES = 11_133

/** Captured performances came with the study's second iteration. */
const PERFORMANCES = ['performances', 'maestro-v3'] as const
/** What the study's style selection leaves over: it is kin to the selection, so it is read and labelled, but no part trains on it. */
const STYLE_REST = ['style'] as const

/** The full scale on folders of music: as many files as the study first took, and no few sources above all others. */
function onFolders(config: ExperimentConfig): ExperimentConfig {
  const { data } = config
  const first = { kind: 'first', files: STUDY_FIRST_FILES, without: [...PERFORMANCES, ...STYLE_REST] } as const
  const parts = { '1': first, '2.1': { kind: 'all', without: STYLE_REST } as const, '2.2': data.part }
  const studied = studyIterationOf(config.iteration)
  // 530 files are few, and no kind of music drowns the others: games have half of the melodies either way.
  const maxMelodiesPerFile = studied === '2.2' ? null : MELODIES_PER_FILE
  return { ...config, data: { ...data, corpus: 'folder', part: parts[studied], maxMelodiesPerFile } }
}

/**
 * An iteration's settings at a scale, complete.
 * @param corpus what it is trained on: at full scale `folder` takes the study's counts and a cap on the melodies per file.
 * @example experiment('1', 'quick').training.batchSize // 32
 */
export function experiment(
  iteration: IterationName,
  scale: Scale,
  corpus: ExperimentConfig['data']['corpus'] = 'embedded',
): ExperimentConfig {
  const base = full[iteration]
  if (scale === 'full') return corpus === 'folder' ? onFolders(base) : base
  const { part, model, training, perPrimer } = overrides[scale][iteration]
  return {
    ...base,
    scale,
    data: { ...base.data, corpus, part: part ?? base.data.part },
    model: model ?? base.model,
    training: { ...base.training, ...training },
    generation: { ...base.generation, perPrimer },
  }
}

/** Whether an iteration is one of the study's. */
export const isStudyIteration = (iteration: IterationName): iteration is StudyIterationName =>
  isOneOf(STUDY_ITERATIONS, iteration)

/** The study's iteration on the same music: its own, or for 3.1 and 3.2 the one that each is compared with. */
export function studyIterationOf(iteration: IterationName): StudyIterationName {
  return iteration === '3.1' ? '2.1' : iteration === '3.2' ? '2.2' : iteration
}

/** The iteration that this one resumes from; null from scratch, or from a file of weights. */
export function parentIteration({ warmStart }: ExperimentConfig): IterationName | null {
  return ITERATIONS.find((name) => name === warmStart?.from) ?? null
}

/** The iteration that resumes from this one: what a style dial turns toward; undefined where none does. */
export const nextIteration = (name: string): IterationName | undefined =>
  ITERATIONS.find((each) => full[each].warmStart?.from === name)

/** The music the study trained on; the iterations' settings above are otherwise its own. */
const studyData: Readonly<Record<StudyIterationName, string>> = {
  '1': 'the first 11,133 files of Lakh MIDI',
  '2.1': '179,781 files of Lakh MIDI and MAESTRO',
  '2.2': '530 files of film and game music, modal classical music and jazz',
}

/**
 * One plain sentence for each setting in which a run differs from the study; empty when there is none.
 * @param corpus what a data set of folders is called: `shared`, or the folders named on the command line.
 */
export function differsFromStudy(config: ExperimentConfig, corpus?: string): string[] {
  const study = full[studyIterationOf(config.iteration)]
  const ours = settings(config)
  const theirs = settings(study)
  const changed = Object.keys(ours).filter((name) => ours[name] !== theirs[name])
  return [
    dataSentence(config, corpus),
    splitSentence(config),
    ORDER_SENTENCE,
    ...changed.map((name) => `${name}: ${ours[name]}; the study used ${theirs[name]}.`),
  ]
}

/** How `epochBatches` puts batches together. */
const ORDER_SENTENCE =
  'A batch holds melodies of like length, shuffled anew in every epoch; the study took them in the order of its files.'

function dataSentence({ data, iteration }: ExperimentConfig, corpus?: string): string {
  const folders = corpus === 'shared' ? 'the shared corpora' : 'the folders named on the command line'
  const music = data.corpus === 'embedded' ? 'public-domain tunes (music21)' : folders
  return `Trained on ${partWords(data.part)} of ${music}; the study used ${studyData[studyIterationOf(iteration)]}.`
}

function splitSentence({ data: { split } }: ExperimentConfig): string {
  const shares = [1 - split.validation - split.test, split.validation, split.test].map((share) =>
    Math.round(share * 100),
  )
  const unit = split.byFile ? 'file by file' : 'by family of like files'
  return `Split ${shares.join('/')} ${unit}; the study split 90/10, file by file.`
}

function partWords(part: ExperimentConfig['data']['part']): string {
  if (part.kind === 'first') return `the first ${part.files.toLocaleString('en')} files`
  const limit = part.maxFiles === undefined ? '' : ` (at most ${part.maxFiles.toLocaleString('en')})`
  return part.kind === 'all' ? `all files${limit}` : `the files in the style${limit}`
}

function weightWords(weights: ExperimentConfig['data']['weights']): string {
  const words = Object.entries(weights ?? {}).map(([source, weight]) => `${source} ${weight}`)
  return words.length === 0 ? 'all 1' : words.sort().join(', ')
}

function scheduleWords(schedule: TrainingConfig['schedule']): string {
  if (schedule === null) return 'constant'
  const { warmupSteps, decay, finalShare } = schedule
  const fall = decay === 'none' ? 'constant' : `${decay} to ${finalShare} of it`
  return `${warmupSteps > 0 ? `${warmupSteps.toLocaleString('en')} steps of warm-up, ` : ''}${fall}`
}

/** Every setting that decides a result, as words; a setting with the same words is the same setting. */
function settings({ data, model, training, warmStart, generation }: ExperimentConfig): Record<string, string> {
  const { extraction } = data
  return {
    'Share held out to choose by': `${data.split.validation}`,
    'Share held out for the test': `${data.split.test}`,
    'Melodies a file': data.maxMelodiesPerFile === null ? 'all' : `at most ${data.maxMelodiesPerFile}`,
    'Weights of the sources': weightWords(data.weights),
    'Other keys a melody is shown in': `${data.transpositions}`,
    'Steps per quarter note': `${extraction.stepsPerQuarter}`,
    'Shortest melody': `${extraction.minBars} bars`,
    'Longest melody': `${extraction.maxSteps} steps`,
    'Pitch classes a melody must have': `${extraction.minPitches}`,
    'Rest that ends a melody': `${extraction.gapBars} bars`,
    'Polyphonic tracks': extraction.ignorePolyphonic ? 'thinned to one voice' : 'dropped',
    ...modelSettings(model),
    ...trainingSettings(training),
    'Resumes from':
      warmStart === null
        ? 'scratch'
        : `${warmStart.from}${warmStart.optimizerState ? ' with' : ' without'} its optimizer state`,
    'Melodies per primer': `${generation.perPrimer}`,
    'Length of a generated melody': `${generation.totalSteps} steps`,
    Temperature: `${generation.temperature}`,
  }
}

function modelSettings(model: ExperimentConfig['model']): Record<string, string> {
  return {
    Encoding: model.encoding,
    'LSTM layers': model.layerSizes.join(' + '),
    'Attention length': attentionWords(model),
    'Residual connections': !isNoteModel(model) && model.residual ? 'around the layers above the first' : 'none',
  }
}

function attentionWords(model: ExperimentConfig['model']): string {
  return isNoteModel(model) && model.attentionSize > 0 ? 'the whole past' : `${attentionOf(model)}`
}

function trainingSettings(training: TrainingConfig): Record<string, string> {
  return {
    'Training steps': training.steps.toLocaleString('en'),
    'Sequences per step': `${training.batchSize}`,
    'Rows per step':
      training.batchRows === undefined ? 'as many as the sequences have' : `at most ${training.batchRows}`,
    'Length of a sequence': training.window === 'whole' ? 'the whole melody' : `windows of ${training.window} steps`,
    'Learning rate': `${training.learningRate}`,
    'Batches per step': `${training.accumulate}`,
    'Learning-rate schedule': scheduleWords(training.schedule),
    'Averaging of weights': training.averaging === null ? 'none' : `decay ${training.averaging}`,
    'Early stopping':
      training.patience === null ? 'none' : `after ${training.patience} evaluations without a lower loss`,
    'Tensors that keep their values': training.freeze.join(', ') || 'none',
    'Replay of earlier music': training.replay ? `${training.replay} of the melodies` : 'none',
    'Penalty for leaving the starting weights': `${training.stayNear ?? 'none'}`,
    'Keep probability (dropout)': `${training.keepProbability}`,
    'Gradient clipping': `norm ${training.clipNorm}, ${training.clip === 'variable' ? 'each variable by itself' : 'all variables together'}`,
  }
}

import type { ExperimentConfig } from './experimentConfig.ts'
import { isRecord } from '../support/records.ts'

/** A setting that a person may change, for `--help`. */
export interface Setting {
  /** `section.setting`, as `--set` takes it. */
  readonly name: string
  /** What its value may be; anything but a plain number or word is JSON. */
  readonly type: string
  readonly meaning: string
}

/** Every setting that `--set` and `--config` take of one iteration or another; a test holds the list to it. */
export const SETTINGS: readonly Setting[] = [
  { name: 'title', type: 'text', meaning: 'name of the iteration in what is printed' },
  { name: 'seed', type: 'whole number', meaning: 'seed of weights, order and dropout' },
  { name: 'data.corpus', type: 'embedded, folder', meaning: 'follows from --corpus' },
  { name: 'data.part', type: 'JSON', meaning: 'files to train on: {"kind": "first", "files": 1200}, "all" or "style"' },
  { name: 'data.extraction.stepsPerQuarter', type: 'whole number', meaning: 'steps per quarter note' },
  { name: 'data.extraction.minBars', type: 'bars', meaning: 'shortest melody' },
  { name: 'data.extraction.maxSteps', type: 'steps', meaning: 'longer melodies are cut here' },
  { name: 'data.extraction.minPitches', type: 'whole number', meaning: 'distinct pitch classes a melody must have' },
  { name: 'data.extraction.gapBars', type: 'bars', meaning: 'a longer rest ends a melody' },
  {
    name: 'data.extraction.ignorePolyphonic',
    type: 'true, false',
    meaning: 'keep the top line of a polyphonic track; false drops the track',
  },
  { name: 'data.split.validation', type: '0 to 1', meaning: 'share of the families held out to choose by' },
  { name: 'data.split.test', type: '0 to 1', meaning: 'share of the families held out for the published numbers' },
  { name: 'data.split.byFile', type: 'true, false', meaning: "the study's split: each file by itself" },
  { name: 'data.maxMelodiesPerFile', type: 'number, null', meaning: 'most melodies of one file; null: all' },
  { name: 'data.weights', type: 'JSON, null', meaning: 'how often an epoch shows a source: {"folder": 2}' },
  { name: 'data.transpositions', type: 'whole number', meaning: 'other keys in which each melody is also shown' },
  {
    name: 'model.encoding',
    type: 'mono, basic, lookback, attention, notes',
    meaning: 'how a melody becomes inputs and labels',
  },
  { name: 'model.layerSizes', type: 'JSON list', meaning: 'units of each LSTM layer: [128,128]' },
  { name: 'model.attentionLength', type: 'steps', meaning: 'steps the first layer attends to; 0: none' },
  {
    name: 'model.attentionSize',
    type: 'whole number',
    meaning: 'of notes: numbers per query; 0: it does not look back',
  },
  { name: 'model.residual', type: 'true, false', meaning: 'upper layers add their input to their output' },
  { name: 'training.steps', type: 'steps', meaning: 'optimizer steps in all' },
  { name: 'training.batchSize', type: 'whole number', meaning: 'sequences per step' },
  { name: 'training.batchRows', type: 'rows', meaning: 'most rows per step, padding included: fewer sequences then' },
  { name: 'training.workers', type: 'whole number', meaning: 'parts of a batch computed side by side, one core each' },
  { name: 'training.window', type: 'whole, steps', meaning: 'whole melodies, or windows of this many steps' },
  { name: 'training.accumulate', type: 'whole number', meaning: 'batches added up before a step' },
  { name: 'training.learningRate', type: 'above 0', meaning: "Adam's; with a schedule, the highest" },
  {
    name: 'training.schedule',
    type: 'JSON, null',
    meaning: '{"warmupSteps": 100, "decay": "cosine", "finalShare": 0.1}; null: the rate stays',
  },
  { name: 'training.keepProbability', type: '0 to 1', meaning: 'dropout: probability to keep a unit' },
  { name: 'training.clipNorm', type: 'above 0', meaning: 'largest norm of a gradient' },
  { name: 'training.clip', type: 'variable, global', meaning: 'clip each gradient by itself, or all together' },
  { name: 'training.averaging', type: '0 to 1, null', meaning: 'decay of a running mean of the weights' },
  { name: 'training.patience', type: 'number, null', meaning: 'evaluations without a lower loss before training ends' },
  { name: 'training.freeze', type: 'JSON list', meaning: 'tensors that keep their values: ["lstm_0"]; or --freeze' },
  {
    name: 'training.replay',
    type: '0 to 1, null',
    meaning: 'of a transfer: share of melodies from the music that came before',
  },
  {
    name: 'training.stayNear',
    type: 'number, null',
    meaning: 'of a transfer: penalty for leaving the weights it starts from',
  },
  { name: 'training.logEvery', type: 'steps', meaning: 'steps between rows of the log' },
  { name: 'training.evaluateEvery', type: 'steps', meaning: 'steps between evaluations on the validation side' },
  { name: 'training.evaluateAll', type: 'true, false', meaning: 'evaluate on all validation melodies, or on a part' },
  { name: 'training.checkpointEvery', type: 'steps', meaning: 'steps between checkpoints' },
  { name: 'generation.perPrimer', type: 'whole number', meaning: 'melodies per primer' },
  { name: 'generation.totalSteps', type: 'steps', meaning: 'length of a melody, primer included' },
  { name: 'generation.temperature', type: 'above 0', meaning: 'below 1 safer, above 1 wilder' },
  { name: 'generation.rhythmTemperature', type: 'above 0', meaning: 'of lengths, by a network that reads notes' },
  {
    name: 'generation.topP',
    type: 'above 0, at most 1',
    meaning: 'draws only from the likeliest that have this share',
  },
  {
    name: 'generation.appendix',
    type: 'true or false',
    meaning: 'whether a NOTE_OFF and a NO_EVENT follow the primer',
  },
]

/** The value of a setting in a config, as JSON; undefined where the config has no such setting. */
function settingValue(config: ExperimentConfig, name: string): string | undefined {
  const value = name.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), config)
  return JSON.stringify(value)
}

/** A line per setting that the config has: name, type, value in `config`, meaning. */
export function settingLines(config: ExperimentConfig): string[] {
  const rows = SETTINGS.flatMap(({ name, type, meaning }) => {
    const value = settingValue(config, name)
    return value === undefined ? [] : [[name, type, value, meaning] as const]
  })
  const width = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => row[column].length))
  const [names, types, values] = [width(0), width(1), width(2)]
  return rows.map(
    ([name, type, value, meaning]) =>
      `  ${name.padEnd(names)}  ${type.padEnd(types)}  ${value.padEnd(values)}  ${meaning}`,
  )
}

/**
 * What programs import from `cantus`. Jobs take `(options, effects)` and throw a `UserError` with one line for what a person
 * can mend; everything else is a pure function.
 * @example
 * import { DEFAULT_EXTRACTION, readScore, scoreToMelodies } from 'cantus'
 * const parts = scoreToMelodies(readScore(bytes, 'tune.abc'), DEFAULT_EXTRACTION)
 * @module
 */
export * from './browser.ts'

export { readScore } from './score/readScore.ts'
export { AbcConversionError, type AbcTune, readAbc, splitTunebook } from './score/readAbc.ts'

export { extractFiles, type MelodiesOptions, type MelodiesSummary, type ScoreMelodies } from './dataset/extractFiles.ts'

export { trainRun as train, type TrainOptions, type TrainResult } from './study/trainRun.ts'
export { planTransfer, type TensorTransfer } from './training/transfer.ts'

export { evaluateModel as evaluate, type EvaluateOptions, type EvaluationReport } from './study/evaluateModel.ts'
export { type MusicalProfile, profileFiles as profile } from './evaluation/musicalProfile.ts'

export { findModel, type ModelChoice } from './generation/findModel.ts'
export { type ModelFile, ModelFileError, openModelFile as loadModel } from './generation/modelFile.ts'
export type { ControlRequest } from './study/controlRequest.ts'
export {
  type DialOptions,
  generate,
  type GenerateOptions,
  type RewriteOptions,
  type WrittenMelody,
} from './study/generate.ts'
export { type Exported, exportModel, type ExportOptions } from './generation/exportModel.ts'

export { studyFolders, type StudyFolders } from './support/projectRoot.ts'
export type { Effects } from './support/effects.ts'
export type { ProgressBar, Reporter } from './support/progress.ts'
export { quietEffects } from './support/quietEffects.ts'
export { cliEffects as terminalEffects } from './support/terminal/cliEffects.ts'
export { InterruptedError } from './support/errors.ts'

export { type StarterMelody, starterMelodies } from './dataset/starterMelodies.ts'
export type { MelodyRow } from './dataset/dataset.ts'
export { experiment } from './config/scales.ts'
export { override, set, type Settings } from './config/overrides.ts'
export type { ExperimentConfig, TrainingConfig } from './config/experimentConfig.ts'

export { type OpenedTraining, openTraining, type OpenTrainingOptions } from './training/openTraining.ts'
export { firstOrder, nextSequences, orderAt } from './training/trainingData.ts'
export { dropoutAt, learningRateAt } from './training/schedule.ts'
export { adamStep, type AdamState, clipGradients, initialAdam } from './model/adam.ts'
export { train as trainNetwork, type TrainingJob, type TrainingOutcome } from './training/train.ts'
export { type Baselines, labelBaselines } from './evaluation/baselines.ts'
export { evaluate as measure, type EvaluationOptions } from './evaluation/numerical.ts'

export { openPartner, type OpenedPartner } from './study/voices/openPartner.ts'
export { type DuetOptions, type MadeDuet, makeDuet } from './study/voices/makeDuet.ts'
export type { DuetSidecar } from './results/duetSidecar.ts'

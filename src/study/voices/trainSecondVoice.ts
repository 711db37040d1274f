import { readFile } from 'node:fs/promises'
import type { Scale } from '../../config/experimentConfig.ts'
import { iteration3_3, type SecondVoiceConfig } from '../../config/iteration3_3.ts'
import { isNoteModel } from '../../config/modelSpec.ts'
import { runName } from '../../config/runName.ts'
import { melodySetHashes } from '../../dataset/melodySet.ts'
import { findModel, trainedOnBeside } from '../../generation/findModel.ts'
import { type Checkpoint, loadWeights, modelWeights } from '../../model/checkpoint.ts'
import { withSecondVoice } from '../../model/notes/withSecondVoice.ts'
import type { Effects } from '../../support/effects.ts'
import { UserError } from '../../support/errors.ts'
import { sha256 } from '../../support/files.ts'
import { type StudyFolders, studyFolders } from '../../support/projectRoot.ts'
import { runFolderOf } from '../../training/runDirectory.ts'
import { train, type TrainingOutcome } from '../../training/train.ts'
import { openVoices, type Voices } from './openVoices.ts'
import { voiceRows } from './voiceRows.ts'

/** A training of the second voice. */
export interface SecondVoiceOptions {
  readonly scale: Scale
  /** Folders of music with several tracks, in place of the scale's own. */
  readonly corpus?: readonly string[]
  readonly seed?: number
  readonly steps?: number
  /** The model it starts from: an iteration, a run or a file that reads notes; by default 3.1 as published. */
  readonly parent?: string
  readonly folders?: StudyFolders
}

/** A second voice with all that its training needs. */
export interface OpenedSecondVoice {
  readonly config: SecondVoiceConfig
  readonly voices: Voices
  /** Name of the run: scale, hash of everything that decides its result, seed. */
  readonly run: string
  readonly runFolder: string
  /** The parent, widened by zeros for the other voice. */
  readonly start: Checkpoint
  /** Canonical hashes of the melodies that the parent has seen; null if unknown. */
  readonly seen: readonly string[] | null
}

/** Reads the music of a second voice and the model it starts from. @throws UserError for a model that reads steps; as `openVoices`. */
export async function openSecondVoice(options: SecondVoiceOptions, effects: Effects): Promise<OpenedSecondVoice> {
  const folders = options.folders ?? studyFolders()
  const source = options.parent ?? '3.1'
  const path = await findModel({ source }, folders)
  const { checkpoint, sha256: parentSha256 } = await loadWeights(path)
  const { spec } = checkpoint
  if (!isNoteModel(spec) || spec.blocks !== undefined)
    throw new UserError(
      `${source} does not read notes with LSTM layers: start the second voice from 3.1, 3.2 or a run of them`,
    )
  const wide = spec.secondVoice
    ? { spec, weights: modelWeights(checkpoint) }
    : withSecondVoice({ spec, weights: modelWeights(checkpoint) })
  const usual = iteration3_3(options.scale, wide.spec)
  const config: SecondVoiceConfig = {
    ...usual,
    seed: options.seed ?? usual.seed,
    training: { ...usual.training, steps: options.steps ?? usual.training.steps },
    warmStart: { from: `sha256:${parentSha256}`, optimizerState: false },
  }
  const { scale, corpus = [] } = options
  const voices = await openVoices({ scale, folders, corpus, rules: config.voices.rules }, effects)
  const run = runName(config, sha256(JSON.stringify([voices.hash, config.voices])), null)
  const list = trainedOnBeside(path)
  return {
    ...{ config, voices, run, runFolder: runFolderOf(folders.data, '3.3', run) },
    start: { spec: wide.spec, weights: wide.weights, adam: null, averaged: null, state: checkpoint.state },
    seen: list === null ? null : melodySetHashes(await readFile(list), list),
  }
}

/** Trains the second voice, or resumes an earlier run; returns at once when it is finished. @throws as `train`. */
export async function trainSecondVoice(opened: OpenedSecondVoice, effects: Effects): Promise<TrainingOutcome> {
  const { config, voices, runFolder, start, seen } = opened
  return train({ config, ...voiceRows(voices, config.voices), runFolder, warmStart: start, seenBefore: seen }, effects)
}

import { copyFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { findModel, trainedOnBeside } from '../generation/findModel.ts'
import { PRIMER_NAMES, primerOfEvents, primers } from '../generation/primers.ts'
import { loadWeights, modelWeights } from '../model/checkpoint.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { EMPTY_START, primerStart, type EpisodeStart } from '../tuner/environment.ts'
import { parseTonality, tonalityName } from '../config/modes.ts'
import { presetTerms } from '../tuner/presets.ts'
import { checkPrior, tune, type TuningOutcome } from '../tuner/tune.ts'
import { checkTunerConfig, type TunerConfig, tunerDefaults } from '../tuner/tunerConfig.ts'
import { runFiles } from '../training/runDirectory.ts'
import { tunedRunFolder } from '../tuner/tunerFiles.ts'
import { isOneOf } from '../support/records.ts'

/** A prior, as weights to tune. */
export interface Prior {
  readonly spec: ModelSpec
  readonly weights: Weights
  /** Its file. */
  readonly path: string
  readonly sha256: string
}

/** What a person asks of one tuning; what is left out is as in `tunerDefaults`. */
export interface TuneOptions extends Partial<Omit<TunerConfig, 'prior' | 'tonality' | 'starts'>> {
  /** An iteration, a run, or a checkpoint's file. */
  readonly source: string
  readonly mode?: string
  readonly root?: string
  /** `empty` and names of primers. */
  readonly starts?: readonly string[]
  readonly folders?: StudyFolders
}

/** The result of `tuneModel`. */
export interface TuneResult extends Omit<TuningOutcome, 'policy'> {
  readonly run: string
  readonly runFolder: string
  readonly config: TunerConfig
}

/** The weights a person names. @throws ModelFileError, CheckpointError. */
export async function openPrior(source: string, folders: StudyFolders): Promise<Prior> {
  const path = await findModel({ source }, folders)
  const { checkpoint, sha256: hash } = await loadWeights(path)
  return { spec: checkpoint.spec, weights: modelWeights(checkpoint), path, sha256: hash }
}

/** The start of that name: `empty`, or a primer with what is appended to it. @throws UserError for another name. */
export function startOf(name: string): EpisodeStart {
  if (name === EMPTY_START.name) return EMPTY_START
  if (!isOneOf(PRIMER_NAMES, name))
    throw new UserError(`unknown start "${name}": use empty, ${PRIMER_NAMES.join(', ')}`)
  return primerStart(name, primerOfEvents(primers[name], true).conditionedOn)
}

/**
 * The settings that options give. A mode alone asks for the preset `modal`, nothing for the paper's.
 * @throws TonalityError, PresetError, TunerConfigError.
 */
export function tunerConfig(
  options: Omit<TuneOptions, 'source' | 'folders'>,
  prior: TunerConfig['prior'],
): TunerConfig {
  const { mode, root, starts, preset, ...settings } = options
  const tonality = parseTonality(mode ?? 'ionian', root ?? 'C')
  const isModal = mode !== undefined || root !== undefined
  const chosen = preset ?? (isModal ? 'modal' : 'jaques2016')
  const defaults = { ...tunerDefaults, ...(chosen === 'modal' ? MODAL_DEFAULTS : {}) }
  const config: TunerConfig = {
    ...defaults,
    ...settings,
    prior,
    tonality,
    preset: chosen,
    starts: starts ?? defaults.starts,
  }
  checkTunerConfig(config)
  presetTerms(chosen, tonality)
  return config
}

/** The rules of the modes are about whole phrases, and weigh as much as the prior. */
const MODAL_DEFAULTS = { c: 1, episodeSteps: 64, voices: 32, starts: ['empty', 'modal'] } as const

/** Name of a run: what it does, a hash of all that decides its result, its seed. */
function tunerRunName(config: TunerConfig): string {
  const { prior, logEvery: _log, checkpointEvery: _checkpoint, ...deciding } = config
  const hash = sha256(JSON.stringify({ ...deciding, prior: prior.sha256 })).slice(0, 8)
  const tonality = config.preset === 'jaques2016' ? '' : `-${tonalityName(config.tonality).replace(' ', '-')}`
  return `${config.preset}${tonality}-${config.method}-${hash}-s${config.seed}`
}

/**
 * Tunes weights by rules, in a run of its own under `data/runs/tuned`; the same call resumes where an earlier one stopped.
 * @throws UserError for an unusable source, mode, root, rule or prior; InterruptedError.
 */
export async function tuneModel(options: TuneOptions, effects: Effects): Promise<TuneResult> {
  const { source, folders = studyFolders(), ...settings } = options
  const prior = await openPrior(source, folders)
  const config = tunerConfig(settings, priorOf(prior, folders))
  const { policy: _policy, ...result } = await tunePrior(prior, config, folders, effects)
  return { ...result, config }
}

/** The prior as a tuner's settings name it. */
export const priorOf = ({ path, sha256: hash }: Prior, { root }: StudyFolders): TunerConfig['prior'] => ({
  path: relative(root, resolve(path)),
  sha256: hash,
})

/** One tuning of an opened prior, from where its run stands. */
export async function tunePrior(
  prior: Prior,
  config: TunerConfig,
  folders: StudyFolders,
  effects: Effects,
): Promise<TuningOutcome & { readonly run: string; readonly runFolder: string }> {
  checkPrior({ spec: prior.spec, config })
  const run = tunerRunName(config)
  const runFolder = tunedRunFolder(folders.data, run)
  const job = { config, spec: prior.spec, prior: prior.weights, starts: config.starts.map(startOf), runFolder }
  const outcome = await tune(job, effects)
  // Whoever evaluates the policy must know what its prior has seen.
  const seen = trainedOnBeside(prior.path)
  if (seen !== null) await copyFile(seen, runFiles(runFolder).trainedOn)
  return { ...outcome, run, runFolder }
}

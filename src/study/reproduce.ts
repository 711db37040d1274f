import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { counted } from '../support/text/counted.ts'
import { tally } from '../support/text/tally.ts'
import { encodeMelodySet } from '../dataset/melodySet.ts'
import { buildDataset, type CorpusRequest } from '../dataset/buildDataset.ts'
import type { Dataset, MelodyRow } from '../dataset/dataset.ts'
import { inOtherKeys, sourceWeights, type WeightedMelodies } from '../dataset/augment.ts'
import { withReplay } from '../dataset/replay.ts'
import { splitByFile } from '../dataset/split.ts'
import { selectPart, type SelectedPart } from '../dataset/selectPart.ts'
import { labelBaselines } from '../evaluation/baselines.ts'
import { evaluate } from '../evaluation/numerical.ts'
import { publishedTrainedOn } from '../generation/findModel.ts'
import { generateMelodies } from '../generation/generate.ts'
import type { ExperimentConfig, IterationName, Scale, TrainingConfig } from '../config/experimentConfig.ts'
import { iterationFile, type IterationResult } from '../results/iterationResult.ts'
import { readResult } from '../results/publishedResults.ts'
import { differingSettings } from '../config/differingSettings.ts'
import { override, type Overrides } from '../config/overrides.ts'
import { runName } from '../config/runName.ts'
import { differsFromStudy, experiment, parentIteration } from '../config/scales.ts'
import { type Checkpoint, decodeWeights, encodeWeightsFp16 } from '../model/checkpoint.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { namesIn } from '../support/namesIn.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { bestCheckpoint, type RunWeights } from '../training/bestCheckpoint.ts'
import type { MetricRow } from '../results/metrics.ts'
import { runFiles, runFolderOf } from '../training/runDirectory.ts'
import { train, type TrainingOutcome } from '../training/train.ts'
import { finishedCheckpoint } from '../training/trainingState.ts'
import { withoutPauses } from '../training/withoutPauses.ts'
import { countPart } from './corpusPart.ts'
import { adoptKept } from './keptRuns.ts'
import { environment } from './machine.ts'

/** Steps of every iteration, or of each that is named. */
export type StepsAsked = number | Partial<Readonly<Record<IterationName, number>>>

/** Weights from elsewhere to resume from. */
export interface WarmStart {
  readonly checkpoint: Checkpoint
  readonly sha256: string
  readonly optimizerState: boolean
  /** Canonical hashes of the melodies they have seen; null if unknown. */
  readonly seen: readonly string[] | null
}

/** Options of one iteration. */
export interface IterationOptions {
  readonly iteration: IterationName
  readonly scale: Scale
  /** Steps an iteration makes instead of its scale's; asked for more, a finished run resumes. */
  readonly steps?: StepsAsked
  /** Folders of music; empty or absent = the embedded tunes. */
  readonly corpus?: readonly string[]
  /** Folders of the style that iteration 2.2 trains on. */
  readonly style?: readonly string[]
  readonly seed?: number
  /** Polyphonic tracks give their top line; without it they are dropped, as in the study. */
  readonly loose?: boolean
  readonly folders?: StudyFolders
  /** Settings that replace the iteration's own. */
  readonly overrides?: Overrides
  /** Settings that replace those of this iteration and of those it resumes from. */
  readonly settings?: Overrides
  /** Weights to resume from instead of the parent iteration's. */
  readonly warmStart?: WarmStart
  /** Another network, and settings of its training, of any kind there is. */
  readonly replaced?: Partial<Pick<ExperimentConfig, 'model'>> & { readonly training?: Partial<TrainingConfig> }
}

/** An iteration with its data: all that training needs. */
export interface OpenedIteration {
  readonly config: ExperimentConfig
  /** Without its melodies: most are of no part, and would only take memory while training. */
  readonly dataset: Pick<Dataset, 'hash' | 'files'>
  readonly part: SelectedPart
  /** Melodies of the iteration before, for a transfer that replays them; null where it replays none. */
  readonly earlier: readonly MelodyRow[] | null
  readonly runFolder: string
  /** Name of the run: scale, hash of everything that decides its result, seed. */
  readonly run: string
  readonly corpus: string
  /** The finished iteration this one resumes from; null = from scratch. */
  readonly parent: OpenedIteration | null
  /** Weights it resumes from instead; null = the parent's. */
  readonly warmStart: WarmStart | null
  readonly folders: StudyFolders
}

/** Resolves an iteration's settings and reads (or builds) its data set. */
export async function openIteration(options: IterationOptions, effects: Effects): Promise<OpenedIteration> {
  const folders = options.folders ?? studyFolders(process.env, options.scale)
  const request: CorpusRequest = { corpus: [...(options.corpus ?? [])], style: [...(options.style ?? [])] }
  const config = resolveConfig(options, request)
  const { validation, test, byFile } = config.data.split
  const dataset = await buildDataset(request, config.data.extraction, { validation, test }, folders, effects)
  const split = byFile ? splitByFile(dataset, config.data.split) : dataset
  return describeIteration(config, split, request, options, folders)
}

function resolveConfig(options: IterationOptions, request: CorpusRequest): ExperimentConfig {
  const corpus = request.corpus.length > 0 ? 'folder' : 'embedded'
  const config = experiment(options.iteration, options.scale, corpus)
  const extraction = { ...config.data.extraction, ...(options.loose ? { ignorePolyphonic: true } : {}) }
  const steps = typeof options.steps === 'object' ? options.steps[options.iteration] : options.steps
  const { model = config.model, training } = options.replaced ?? {}
  const asked: ExperimentConfig = {
    ...config,
    model,
    training: { ...config.training, steps: steps ?? config.training.steps, ...training },
    seed: options.seed ?? config.seed,
    data: { ...config.data, extraction },
    ...(options.warmStart
      ? { warmStart: { from: `sha256:${options.warmStart.sha256}`, optimizerState: options.warmStart.optimizerState } }
      : {}),
  }
  return override(override(asked, options.settings ?? {}), options.overrides ?? {})
}

function describeIteration(
  config: ExperimentConfig,
  dataset: Dataset,
  request: CorpusRequest,
  options: IterationOptions,
  folders: StudyFolders,
): OpenedIteration {
  const from = parentIteration(config)
  const { overrides: _overrides, replaced: _replaced, warmStart, ...plain } = options // those are of this iteration alone
  const parent =
    from === null
      ? null
      : describeIteration(resolveConfig({ ...plain, iteration: from }, request), dataset, request, plain, folders)
  const part = selectPart(dataset, config.data.part, config.data.maxMelodiesPerFile, config.data.split.byFile)
  assertNotEmpty(config, part)
  const run = runName(config, dataset.hash, parent && `${parent.run} ${parent.config.training.steps}`)
  const corpus =
    request.corpus.length > 0 ? [...request.corpus, ...request.style].join(', ') : 'music21 tunes (embedded)'
  return {
    config,
    dataset: { hash: dataset.hash, files: dataset.files },
    part,
    earlier: earlierMelodies(config, dataset),
    run,
    runFolder: runFolderOf(folders.data, config.iteration, run),
    corpus,
    parent,
    warmStart: warmStart ?? null,
    folders,
  }
}

/** Without a validation side the training curve has no held-out rows; without the others there is nothing to report. */
function assertNotEmpty(config: ExperimentConfig, part: OpenedIteration['part']): void {
  for (const split of ['train', 'test'] as const) {
    if (part[split].length > 0) continue
    throw new UserError(
      `iteration ${config.iteration} has no ${split === 'train' ? 'training' : 'test'} melodies: ${counted(part.files.length, 'file')} gave none ` +
        `(cantus corpus stats says why; more files, or --style DIR for iteration 2.2, may help)`,
    )
  }
}

/** Trains, or resumes an earlier run; returns at once when the run is finished. */
export async function trainIteration(
  opened: OpenedIteration,
  effects: Effects,
  onRow?: (row: MetricRow) => void,
): Promise<TrainingOutcome> {
  const { config, part, runFolder } = opened
  const kept = await adoptKept(opened)
  if (kept !== null) effects.reporter.line(`run ${opened.run} resumes from ${kept}`)
  const begun = existsSync(runFiles(runFolder).checkpoint)
  const warmStart = begun ? null : await startingPoint(opened, effects)
  const weights = sourceWeights(part, config.data.weights)
  const own = inOtherKeys(part.train, weights, config.data.transpositions)
  const sides = { ...withEarlierMusic(own, opened, effects), test: part.validation }
  const before = seenBefore(opened)
  const job = { config, ...sides, runFolder, warmStart, seenBefore: before, ...(onRow ? { onRow } : {}) }
  return train(job, effects)
}

/** The general melodies that a transfer replays, where its config asks for that. */
function earlierMelodies(config: ExperimentConfig, dataset: Dataset): readonly MelodyRow[] | null {
  const { replay } = config.training
  if (!replay) return null
  const earlier = parentIteration(experiment(config.iteration, config.scale))
  if (earlier === null)
    throw new UserError(
      `training.replay is ${replay}, but iteration ${config.iteration} resumes from none whose music it could replay: leave it out`,
    )
  const { part, maxMelodiesPerFile, split } = experiment(earlier, config.scale, config.data.corpus).data
  return selectPart(dataset, part, maxMelodiesPerFile, split.byFile).train
}

/** The melodies of a transfer with those it replays between them, where there are any. */
function withEarlierMusic(own: WeightedMelodies, { config, earlier }: OpenedIteration, { reporter }: Effects) {
  const { replay } = config.training
  if (!replay || earlier === null) return own
  if (earlier.length === 0) reporter.line('no general melodies to replay here: training sees the style alone')
  return withReplay(own, earlier, replay)
}

/** Canonical hashes of the melodies that the weights had seen before this iteration; null if unknown. */
function seenBefore({ parent, warmStart }: Pick<OpenedIteration, 'parent' | 'warmStart'>): readonly string[] | null {
  if (warmStart !== null) return warmStart.seen
  if (parent === null) return []
  const before = seenBefore(parent)
  return before && [...before, ...parent.part.train.map(({ canonicalHash }) => canonicalHash)]
}

/** The weights a run resumes from; null from scratch. */
async function startingPoint({ warmStart, parent }: OpenedIteration, effects: Effects): Promise<Checkpoint | null> {
  if (warmStart !== null || parent === null) return warmStart?.checkpoint ?? null
  await adoptKept(parent)
  const finished = await finishedCheckpoint(parent.runFolder, parent.config)
  if (finished !== null) return finished
  effects.reporter.line(`iteration ${parent.config.iteration} must be trained first: its run is not finished`)
  return (await trainIteration(parent, effects)).checkpoint
}

const checkpointPath = (iteration: IterationName): string => `report/results/checkpoints/${iteration}.safetensors`

/** What a run came to, with the weights to publish. */
interface Finished extends TrainingOutcome, RunWeights {}

/**
 * Refuses to put results in place of those of another corpus.
 * @throws UserError that names both.
 */
export function refuseOtherCorpus({
  config,
  corpus,
  dataset,
  folders,
}: Pick<OpenedIteration, 'config' | 'corpus' | 'folders'> & {
  readonly dataset: Pick<Dataset, 'hash'>
}): void {
  const there = readResult(folders.root, config.iteration)?.dataset
  if (there === undefined || there.hash === dataset.hash || placesOf(there.corpus) === placesOf(corpus)) return
  throw new UserError(
    `${join(folders.root, 'report/results')} holds iteration ${config.iteration} of ${there.corpus}, not of ${corpus}: ` +
      'set CANTUS_OUT=FOLDER to keep the new results elsewhere, or give reproduce --force to replace the old ones',
  )
}

/** The folders of a corpus as absolute paths: a notebook names the same ones from another folder. */
const placesOf = (corpus: string): string =>
  corpus
    .split(', ')
    .map((path) => resolve(path))
    .join(delimiter)

/** The published result of this very run, where its weights and melodies are in place; null otherwise. */
export async function publishedAs({
  folders: { root },
  config,
  run,
}: Pick<OpenedIteration, 'folders' | 'config' | 'run'>): Promise<IterationResult | null> {
  const result = readResult(root, config.iteration)
  if (result === null || result.run !== run) return null
  if (differingSettings(result.config, config).length > 0) return null
  const weights = join(root, result.checkpoint.path)
  if (!existsSync(weights) || sha256(await readFile(weights)) !== result.checkpoint.sha256) return null
  return result.melodies.every((path) => existsSync(join(root, path))) ? result : null
}

async function alreadyPublished(opened: OpenedIteration, { best, last }: Finished): Promise<IterationResult | null> {
  const result = await publishedAs(opened)
  if (result === null || result.step !== best.step) return null
  return (result.last?.step ?? null) === (last?.step ?? null) ? result : null
}

/**
 * Evaluates on the held-out melodies, publishes the fp16 weights of the lowest validation loss, generates from the primers and
 * writes the result that notebook and site show, with the end of the run measured beside it. Returns at once when this very run
 * is published already.
 */
export async function publishIteration(
  opened: OpenedIteration,
  outcome: TrainingOutcome,
  effects: Effects,
): Promise<IterationResult> {
  const finished = { ...outcome, ...(await bestCheckpoint(opened.runFolder, outcome.checkpoint)) }
  const existing = await alreadyPublished(opened, finished)
  if (existing !== null) return existing
  const { config, folders, run } = opened
  const { step, weights } = finished.best
  const bytes = encodeWeightsFp16(outcome.checkpoint.spec, weights, {
    iteration: config.iteration,
    run,
    step: String(step),
  })
  const weightsPath = checkpointPath(config.iteration)
  const weightsFile = join(folders.root, weightsPath)
  await writeFileAtomic(weightsFile, bytes)
  await publishTrainedOn(opened, weightsFile)
  const outFolder = join(folders.root, 'generated_melodies')
  await generateMelodies({ config, weightsFile, weightsPath, run, step, outFolder }, effects)
  const result: IterationResult = {
    ...(await measure(opened, finished, effects)),
    checkpoint: { path: weightsPath, sha256: sha256(bytes), bytes: bytes.length },
    melodies: await publishedMelodies(folders.root, config.iteration),
  }
  await iterationFile(config.iteration).write(folders.root, result)
  return result
}

/** The list of the melodies the weights have seen, beside them; none if unknown. */
async function publishTrainedOn(opened: OpenedIteration, weightsFile: string): Promise<void> {
  const before = seenBefore(opened)
  if (before === null) return
  const own = opened.part.train.map(({ canonicalHash }) => canonicalHash)
  await writeFileAtomic(publishedTrainedOn(weightsFile), encodeMelodySet([...own, ...before]))
}

async function publishedMelodies(root: string, iteration: IterationName): Promise<string[]> {
  const folder = `generated_melodies/iteration_${iteration}`
  return (await namesIn(join(root, folder), '.mid')).map((name) => `${folder}/${name}`)
}

async function measure(
  opened: OpenedIteration,
  outcome: Finished,
  effects: Effects,
): Promise<Omit<IterationResult, 'checkpoint' | 'melodies'>> {
  const { config, dataset, part, run, corpus } = opened
  const { best, last } = outcome
  const { rows, paused } = withoutPauses(outcome.rows)
  const { spec } = outcome.checkpoint
  const { files, melodies } = countPart(part)
  const events = (melodies: readonly MelodyRow[]): (readonly number[])[] => melodies.map((row) => row.events)
  const tested = (weights: Weights) => evaluate(spec, asPublished(spec, weights), part.test, effects)
  return {
    format: 'cantus-iteration-1',
    run,
    config,
    differsFromStudy: differsFromStudy(config, corpus),
    environment: { ...(await environment(effects.now())), backend: outcome.backend },
    dataset: { hash: dataset.hash, corpus, files, melodies, dropped: countDropped(part) },
    step: best.step,
    trainingSeconds: outcome.seconds - paused,
    eventsPerSecond: outcome.eventsPerSecond * (paused === 0 ? 1 : outcome.seconds / (outcome.seconds - paused)),
    restored: outcome.restored,
    curve: rows,
    test: await tested(best.weights),
    ...(last === null ? {} : { last: { step: last.step, test: await tested(last.weights) } }),
    baselines: labelBaselines(spec, events(part.train), events(part.test)),
  }
}

/** Weights as they are published: rounded to 16 bits. */
export const asPublished = (spec: ModelSpec, weights: Weights): Weights =>
  decodeWeights(encodeWeightsFp16(spec, weights, {})).weights

/** How many tracks, parts and files each reason dropped; what could not be read is one reason. */
function countDropped({ files }: SelectedPart): Record<string, number> {
  const reasons = files.flatMap((file) => file.dropped.map(({ reason }) => reason))
  return tally(reasons, (reason) => (reason.startsWith('unreadable') ? 'unreadable' : reason))
}

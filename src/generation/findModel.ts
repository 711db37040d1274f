import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type IterationName, modelNameSchema, type ModelName } from '../config/experimentConfig.ts'
import { ITERATIONS, SCALES } from '../config/scales.ts'
import { namesIn } from '../support/namesIn.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { archivedRun, archiveNote } from '../training/runArchive.ts'
import { runFiles, runFolderOf, runFoldersIn } from '../training/runDirectory.ts'
import { type ModelFile, ModelFileError, openModelFile } from './modelFile.ts'
import type { Provenance } from './generate.ts'
import { readRunConfig } from '../training/runConfig.ts'
import { itemAt } from '../support/itemAt.ts'
import { isOneOf, isRecord } from '../support/records.ts'

/** Which weights of a run: those of its lowest validation loss, or those of its end with the optimizer's state. */
const CHECKPOINT_NAMES = ['best', 'last'] as const
/** A checkpoint of a run: the best or the last. */
export type CheckpointName = (typeof CHECKPOINT_NAMES)[number]

/** How a command's help says what a model may be called. */
export const MODEL_NAMES_HELP =
  'an iteration (1, 2.1, 2.2, 3.1 or 3.2: its published weights), 3.3 (the second voice), a run, or a file of weights (a checkpoint, a .mag bundle or TensorFlow checkpoint of Magenta); NAME@best or NAME@last: the weights of ' +
  "the lowest validation loss or of the run's end; best or last alone: those of the run trained last"

/** How a person names weights: an iteration, a file, or one word for either or a run. */
export interface ModelChoice {
  readonly source?: string
  readonly iteration?: string
  readonly checkpoint?: string
}

/** A name without its `@best` or `@last`, and the checkpoint it asks for; null for none. */
interface AskedModel {
  readonly name: string
  readonly asked: CheckpointName | null
}

/**
 * The weights' file a person means.
 * @param usual which weights of a run are meant where the name does not say: the best ones, but a training that resumes from
 * a run takes the last.
 * @throws ModelFileError that lists what there is when no model, several or an unknown one was named.
 */
export async function findModel(
  choice: ModelChoice,
  folders: StudyFolders,
  usual: CheckpointName = 'best',
): Promise<string> {
  const given = Object.values<string | undefined>({ ...choice }).filter((value) => value !== undefined)
  if (given.length !== 1) {
    const problem = given.length === 0 ? 'no model named' : `more than one model named: ${given.join(', ')}`
    throw new ModelFileError(`${problem}; give an iteration, a run or a checkpoint (${await listModels(folders)})`)
  }
  const named = askedModel(itemAt(given, 0))
  if (choice.iteration !== undefined) return weightsOfIteration(named, folders)
  if (choice.checkpoint !== undefined) return checkpointFile(named, usual, folders)
  return bySource(named, usual, folders)
}

/** `2.2@best` is the best of 2.2; a file whose own name ends so keeps it. */
function askedModel(text: string): AskedModel {
  const asked = CHECKPOINT_NAMES.find((name) => text.endsWith(`@${name}`))
  if (asked === undefined || existsSync(text)) return { name: text, asked: null }
  return { name: text.slice(0, -asked.length - 1), asked }
}

async function bySource({ name, asked }: AskedModel, usual: CheckpointName, folders: StudyFolders): Promise<string> {
  if (isPublishable(name)) return weightsOfIteration({ name, asked }, folders)
  if (existsSync(name)) return checkpointFile({ name, asked }, usual, folders)
  // TensorFlow names a checkpoint by what its files begin with.
  if (existsSync(`${name}.index`)) return `${name}.index`
  const runs = await runFoldersIn(folders.data)
  const run = runs.find((folder) => basename(folder) === name)
  if (run !== undefined) return weightsOfRun(run, { asked, usual }, folders)
  const alone = CHECKPOINT_NAMES.find((each) => each === name)
  if (alone !== undefined) return ofLatestRun(alone, runs, folders)
  throw new ModelFileError(`no iteration, run or checkpoint "${name}" (${await listModels(folders)})`)
}

/** The file of that name in the run whose file changed last. */
async function ofLatestRun(name: CheckpointName, runs: readonly string[], folders: StudyFolders): Promise<string> {
  const files = runs.map((folder) => fileOf(folder, name)).filter((path) => existsSync(path))
  const changed = await Promise.all(files.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })))
  const [latest] = changed.sort((a, b) => b.time - a.time)
  if (latest !== undefined) return latest.path
  throw new ModelFileError(
    `no run has a ${name} checkpoint yet: name an iteration, as 2.2@${name} (${await listModels(folders)})`,
  )
}

const fileOf = (runFolder: string, name: CheckpointName): string =>
  name === 'best' ? runFiles(runFolder).best : runFiles(runFolder).checkpoint

/** Published weights are those of the lowest validation loss; `@last` are those of the end of the run they come from. */
async function weightsOfIteration({ name, asked }: AskedModel, folders: StudyFolders): Promise<string> {
  if (!isPublishable(name))
    throw new ModelFileError(
      `no iteration "${name}": ${modelNameSchema.options.join(', ')} (${await listModels(folders)})`,
    )
  const path = holdersOf(folders)
    .map((holder) => publishedWeights(holder, name))
    .find((file) => existsSync(file))
  if (path === undefined) {
    const made = isIteration(name)
      ? `cantus reproduce --iteration ${name} makes it`
      : `cantus train --iteration ${name} makes it, cantus runs --publish RUN publishes it`
    const remedy = folders.shipped === undefined ? made : 'the package does not include its weights: name their file'
    throw new ModelFileError(
      `iteration ${name} ${folders.shipped === undefined ? 'is not published yet' : 'is not here'}: ${remedy} (${await listModels(folders)})`,
    )
  }
  return asked === 'last' ? lastOfIteration(name, path, folders) : path
}

async function lastOfIteration(iteration: ModelName, published: string, folders: StudyFolders): Promise<string> {
  const { run } = (await openModelFile(published)).metadata
  const kept = join(dirname(published), 'runs', iteration)
  const places = [
    ...(run === undefined ? [] : [runFolderOf(folders.data, iteration, run)]),
    ...((await archivedRun(kept)) === run ? [kept] : []),
  ]
  const found = places.map((folder) => runFiles(folder).checkpoint).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new ModelFileError(
    `iteration ${iteration} was published from run ${run ?? 'unknown'}, which is not here: ` +
      `${iteration} names its published weights (${await listModels(folders)})`,
  )
}

async function checkpointFile(
  { name, asked }: AskedModel,
  usual: CheckpointName,
  folders: StudyFolders,
): Promise<string> {
  if (!existsSync(name)) throw new ModelFileError(`no checkpoint ${name} (${await listModels(folders)})`)
  if ((await stat(name)).isDirectory()) return weightsOfRun(name, { asked, usual }, folders)
  if (asked === null) return name
  throw new ModelFileError(`${name} is a file, with one set of weights: leave out @${asked}, or name its run's folder`)
}

/** The weights of a run: those asked for, else the usual ones, else those there are. */
async function weightsOfRun(
  folder: string,
  { asked, usual }: { asked: CheckpointName | null; usual: CheckpointName },
  folders: StudyFolders,
): Promise<string> {
  const names = asked === null ? [usual, ...CHECKPOINT_NAMES] : [asked]
  const found = names.map((name) => fileOf(folder, name)).find((path) => existsSync(path))
  if (found !== undefined) return found
  const other = CHECKPOINT_NAMES.find((name) => existsSync(fileOf(folder, name)))
  if (other !== undefined)
    throw new ModelFileError(`${folder} has no ${asked} checkpoint: name its ${other} one, @${other}`)
  throw new ModelFileError(`no checkpoint in ${folder} yet (${await listModels(folders)})`)
}

const isIteration = (name: string): name is IterationName => isOneOf(ITERATIONS, name)
const isPublishable = (name: string): name is ModelName => isOneOf(modelNameSchema.options, name)

/** Folders that published weights may lie in: that of the results, then that of those that come with the package. */
const holdersOf = ({ root, shipped }: StudyFolders): string[] => (shipped === undefined ? [root] : [root, shipped])

const checkpointsFolder = (holder: string): string => join(holder, 'report', 'results', 'checkpoints')

/** The file of a model's published weights. @param holder folder that has `report/`. */
export const publishedWeights = (holder: string, name: ModelName): string =>
  join(checkpointsFolder(holder), `${name}.safetensors`)

/** One line of all iterations and runs that can be generated from. */
async function listModels(folders: StudyFolders): Promise<string> {
  const ending = '.safetensors'
  const found = await Promise.all(holdersOf(folders).map((holder) => namesIn(checkpointsFolder(holder), ending)))
  const published = [...new Set(found.flat())].sort().map((name) => basename(name, ending))
  const runs = (await runFoldersIn(folders.data)).map((folder) => basename(folder))
  if (published.length + runs.length === 0) return 'nothing trained yet: run cantus reproduce'
  const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))
  return `iterations: ${listed(published)}; runs: ${listed(runs)}; @best or @last after a name`
}

/** Where the list of the melodies that published weights have seen lies. */
export const publishedTrainedOn = (weightsPath: string): string =>
  weightsPath.replace(/\.safetensors$/, '.trained-on.bin')

/** The list of the melodies that a model has seen, beside its weights or, of a kept run, beside those published; null if none is known. */
export function trainedOnBeside(weightsPath: string): string | null {
  const folder = dirname(weightsPath)
  const beside = [publishedTrainedOn(weightsPath), runFiles(folder).trainedOn]
  const ofPublished = join(folder, '..', '..', `${basename(folder)}.safetensors`)
  const places = existsSync(archiveNote(folder)) ? [...beside, publishedTrainedOn(ofPublished)] : beside
  return places.find((path) => existsSync(path)) ?? null
}

/** What is known of where weights come from: of published ones and of runs everything, of others only their hash. */
export async function provenanceOf(path: string, file: ModelFile, folders: StudyFolders): Promise<Provenance> {
  const { metadata } = file
  const folder = dirname(path)
  const config = await readRunConfig(folder)
  const runBeside = (await archivedRun(folder)) ?? (config === null ? basename(path) : basename(folder))
  const run = metadata['run'] ?? runBeside
  const iteration = metadata['iteration'] ?? config?.iteration ?? ''
  const scale = metadata['run']?.split('-')[0] ?? config?.scale ?? ''
  return {
    iteration: isIteration(iteration) ? iteration : null,
    scale: SCALES.find((name) => name === scale) ?? null,
    run,
    checkpoint: relative(holderOf(path, folders), path).split(sep).join('/'),
    checkpointSha256: file.sha256,
    step: stepIn(metadata),
  }
}

/** The folder that a sidecar names weights relative to: the package for those that come with it, else the results. */
function holderOf(path: string, { root, shipped }: StudyFolders): string {
  return shipped !== undefined && path.startsWith(join(shipped, 'report')) ? shipped : root
}

/** Optimizer steps behind the weights of a file: published ones say so themselves, a checkpoint in its state. */
function stepIn({ step, state, adamStep }: ModelFile['metadata']): number {
  const known: unknown = state === undefined ? null : JSON.parse(state)
  const inState = isRecord(known) ? known['step'] : null
  return Number(step ?? (typeof inState === 'number' ? inState : (adamStep ?? 0)))
}

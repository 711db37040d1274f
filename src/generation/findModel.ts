import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { ExperimentConfig, IterationName, Scale } from '../iterations/experimentConfig.js'
import { namesIn } from '../support/namesIn.js'
import type { StudyFolders } from '../support/projectRoot.js'
import { runFiles, runFoldersIn } from '../training/runDirectory.js'
import { ModelFileError, type ModelFile } from './modelFile.js'
import type { Provenance } from './generate.js'

const ITERATION_NAMES: readonly IterationName[] = ['1', '2.1', '2.2']
const SCALE_NAMES: readonly Scale[] = ['smoke', 'quick', 'full']

/** What a person names weights by: an iteration, a file, or any of these or a run in one word. */
export interface ModelChoice {
  readonly source?: string
  readonly iteration?: string
  readonly checkpoint?: string
}

/**
 * The weights' file a person means.
 * @throws ModelFileError that lists what there is when nothing, too much or something unknown was named.
 */
export async function findModel(choice: ModelChoice, folders: StudyFolders): Promise<string> {
  const given = Object.values(choice).filter((value) => value !== undefined)
  if (given.length !== 1) {
    const problem = given.length === 0 ? 'no model named' : `more than one model named: ${given.join(', ')}`
    throw new ModelFileError(`${problem}; give an iteration, a run or a checkpoint (${await listModels(folders)})`)
  }
  if (choice.iteration !== undefined) return publishedWeights(choice.iteration, folders)
  if (choice.checkpoint !== undefined) return checkpointFile(choice.checkpoint, folders)
  return bySource(choice.source ?? '', folders)
}

async function bySource(source: string, folders: StudyFolders): Promise<string> {
  if (isIteration(source)) return publishedWeights(source, folders)
  if (existsSync(source)) return checkpointFile(source, folders)
  const runs = await runFoldersIn(folders.data)
  const run = runs.find((folder) => basename(folder) === source)
  if (run !== undefined) return weightsOfRun(run, folders)
  throw new ModelFileError(`no iteration, run or checkpoint "${source}" (${await listModels(folders)})`)
}

async function publishedWeights(iteration: string, folders: StudyFolders): Promise<string> {
  if (!isIteration(iteration))
    throw new ModelFileError(
      `no iteration "${iteration}": ${ITERATION_NAMES.join(', ')} (${await listModels(folders)})`,
    )
  const path = join(checkpointsFolder(folders), `${iteration}.safetensors`)
  if (existsSync(path)) return path
  const remedy = `cantus reproduce --iteration ${iteration} makes it`
  throw new ModelFileError(`iteration ${iteration} is not published yet: ${remedy} (${await listModels(folders)})`)
}

async function checkpointFile(path: string, folders: StudyFolders): Promise<string> {
  if (!existsSync(path)) throw new ModelFileError(`no checkpoint ${path} (${await listModels(folders)})`)
  return (await stat(path)).isDirectory() ? weightsOfRun(path, folders) : path
}

/** The last checkpoint of a run, else its best one. */
async function weightsOfRun(folder: string, folders: StudyFolders): Promise<string> {
  const { checkpoint, best } = runFiles(folder)
  const found = [checkpoint, best].find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new ModelFileError(`no checkpoint in ${folder} yet (${await listModels(folders)})`)
}

function isIteration(name: string): name is IterationName {
  return (ITERATION_NAMES as readonly string[]).includes(name)
}

function checkpointsFolder(folders: StudyFolders): string {
  return join(folders.root, 'report', 'results', 'checkpoints')
}

/** One line of all iterations and runs that can be generated from. */
async function listModels(folders: StudyFolders): Promise<string> {
  const ending = '.safetensors'
  const published = (await namesIn(checkpointsFolder(folders), ending)).map((name) => basename(name, ending))
  const runs = (await runFoldersIn(folders.data)).map((folder) => basename(folder))
  if (published.length + runs.length === 0) return 'there is none yet: cantus reproduce makes them'
  const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))
  return `iterations: ${listed(published)}; runs: ${listed(runs)}`
}

/** Where the list of the melodies that published weights have seen lies. */
export const publishedTrainedOn = (weightsPath: string): string =>
  weightsPath.replace(/\.safetensors$/, '.trained-on.bin')

/** The list of the melodies a model has seen, beside its weights; null where none is known. */
export function trainedOnBeside(weightsPath: string): string | null {
  const found = [publishedTrainedOn(weightsPath), runFiles(dirname(weightsPath)).trainedOn].find((path) =>
    existsSync(path),
  )
  return found ?? null
}

/** What is known of where weights come from: of published ones and of runs everything, of others only their hash. */
export async function provenanceOf(path: string, file: ModelFile, folders: StudyFolders): Promise<Provenance> {
  const { metadata } = file
  const config = await configBeside(path)
  const run = metadata['run'] ?? (config === null ? basename(path) : basename(dirname(path)))
  const iteration = metadata['iteration'] ?? config?.iteration ?? ''
  const scale = metadata['run']?.split('-')[0] ?? config?.scale ?? ''
  return {
    iteration: isIteration(iteration) ? iteration : null,
    scale: SCALE_NAMES.find((name) => name === scale) ?? null,
    run,
    checkpoint: relative(folders.root, path).split(sep).join('/'),
    checkpointSha256: file.sha256,
    step: Number(metadata['step'] ?? metadata['adamStep'] ?? 0),
  }
}

async function configBeside(path: string): Promise<Pick<ExperimentConfig, 'iteration' | 'scale'> | null> {
  const { config } = runFiles(dirname(path))
  return existsSync(config) ? (JSON.parse(await readFile(config, 'utf8')) as ExperimentConfig) : null
}

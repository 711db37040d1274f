import { join } from 'node:path'
import type { CorpusRequest } from '../dataset/buildDataset.ts'
import type { ByIteration, IterationName, Scale, TrainingConfig } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import type { Overrides } from '../config/overrides.ts'
import { ITERATIONS, iterationsIn, STUDY_ITERATIONS } from '../config/scales.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { readResult } from '../results/publishedResults.ts'
import { type OpenedIteration, openIteration } from './reproduce.ts'
import { propertyOf, valueAt } from '../support/itemAt.ts'
import { reproduceCommand } from './studyResults.ts'
import { recordOf } from '../support/records.ts'

/** The folders of music the published iterations were trained on, and where they were published. */
export interface StudyRequest extends CorpusRequest {
  readonly folders: StudyFolders
  readonly scale?: Scale
  /** Settings that replaced those of every iteration. */
  readonly settings?: Overrides
}

/** The published iterations with their data. */
export interface PublishedStudy {
  readonly published: ByIteration<IterationResult>
  readonly opened: ByIteration<OpenedIteration>
  readonly folders: StudyFolders
}

function readPublished(request: StudyRequest): ByIteration<IterationResult> {
  const { root } = request.folders
  const results = new Map(ITERATIONS.map((name) => [name, readResult(root, name)]))
  const missing = STUDY_ITERATIONS.filter((name) => valueAt(results, name) === null)
  if (missing.length > 0)
    throw new UserError(
      `iteration ${missing.join(' and ')} is not published in ${join(root, 'report/results')}: ${reproduceCommand(request)} makes it`,
    )
  const there = ITERATIONS.filter((name) => valueAt(results, name) !== null)
  return recordOf(there, (name) => {
    const result = valueAt(results, name)
    if (result === null) throw new RangeError(`no result of iteration ${name}`)
    return result
  })
}

/**
 * The published iterations, the study's and those beyond it that are there, and the data they were trained on.
 * @throws UserError when one is not published, or was trained on other data than the corpora named.
 */
export async function openPublishedStudy(request: StudyRequest, effects: Effects): Promise<PublishedStudy> {
  const { corpus, style, folders, settings = {} } = request
  const published = readPublished(request)
  const names = iterationsIn(published)
  const steps = Object.fromEntries(names.map((name) => [name, published[name]?.config.training.steps]))
  const open = (iteration: IterationName, result: IterationResult): Promise<OpenedIteration> => {
    const { scale, seed, data, training } = result.config
    const loose = data.extraction.ignorePolyphonic
    const overrides = evaluatedAs(training)
    return openIteration({ iteration, scale, steps, seed, corpus, style, loose, folders, settings, overrides }, effects)
  }
  const opened: Partial<Record<IterationName, OpenedIteration>> = {}
  // The first one says whether it is the same music; of the others each transfer brings its parent, the same data, read once.
  for (const name of ['1' as const, ...names.toReversed()]) {
    if (opened[name] !== undefined) continue
    for (
      let each: OpenedIteration | null = await open(name, propertyOf(published, name));
      each !== null;
      each = each.parent
    )
      opened[each.config.iteration] = each
    checkRun(propertyOf(opened, name), propertyOf(published, name))
  }
  for (const name of names) checkRun(propertyOf(opened, name), propertyOf(published, name))
  return { published, opened: recordOf(names, (name) => propertyOf(opened, name)), folders }
}

/** How often a run was evaluated while it trained: it is part of its name, and iterations of later versions may do it oftener. */
export function evaluatedAs({ evaluateEvery, evaluateAll = false }: TrainingConfig): Overrides {
  return { training: { evaluateEvery, evaluateAll } }
}

/** Numbers on a test set of other data than the model's would mean nothing. */
function checkRun({ config, dataset, run, corpus }: OpenedIteration, published: IterationResult): void {
  if (run === published.run) return
  const { hash, corpus: trainedOn } = published.dataset
  const why =
    dataset.hash === hash
      ? `its settings make run ${run}`
      : `${corpus} gives data set ${dataset.hash.slice(0, 12)}, it was trained on ${hash.slice(0, 12)} of ${trainedOn}`
  throw new UserError(
    `iteration ${config.iteration} is run ${published.run}, but ${why}: name the corpora it was trained on with --corpus and --style, or run cantus reproduce again`,
  )
}

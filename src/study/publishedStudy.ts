import { join } from 'node:path'
import type { CorpusRequest } from '../dataset/buildDataset.ts'
import type { Scale, StudyIterationName } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { type ByIteration, byIteration } from './measuredModel.ts'
import { readResult } from '../results/publishedResults.ts'
import { type OpenedIteration, openIteration } from './reproduce.ts'
import { reproduceCommand } from './studyResults.ts'

/** The folders of music the published iterations were trained on, and where they were published. */
export interface StudyRequest extends CorpusRequest {
  readonly folders: StudyFolders
  readonly scale?: Scale
}

/** The published iterations with their data. */
export interface PublishedStudy {
  readonly published: ByIteration<IterationResult>
  readonly opened: ByIteration<OpenedIteration>
  readonly folders: StudyFolders
}

function readPublished(request: StudyRequest): ByIteration<IterationResult> {
  const { root } = request.folders
  const results = STUDY_ITERATIONS.map((name) => readResult(root, name))
  const missing = STUDY_ITERATIONS.filter((_, n) => results[n] === null)
  if (missing.length > 0)
    throw new UserError(
      `iteration ${missing.join(' and ')} is not published in ${join(root, 'report/results')}: ${reproduceCommand(request)} makes it`,
    )
  return byIteration(results as IterationResult[])
}

/**
 * The three published iterations and the data they were trained on.
 * @throws UserError when one is not published, or was trained on other data than the corpora named.
 */
export async function openPublishedStudy(request: StudyRequest, effects: Effects): Promise<PublishedStudy> {
  const { corpus, style, folders } = request
  const published = readPublished(request)
  const steps = Object.fromEntries(STUDY_ITERATIONS.map((name) => [name, published[name].config.training.steps]))
  const open = (iteration: StudyIterationName): Promise<OpenedIteration> => {
    const { scale, seed, data } = published[iteration].config
    const loose = data.extraction.ignorePolyphonic
    return openIteration({ iteration, scale, steps, seed, corpus, style, loose, folders }, effects)
  }
  const first = await open('1')
  checkRun(first, published['1'])
  const last = await open('2.2')
  const opened = { '1': first, '2.1': last.parent!, '2.2': last }
  for (const name of STUDY_ITERATIONS) checkRun(opened[name], published[name])
  return { published, opened, folders }
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

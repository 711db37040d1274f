import type { IterationName } from '../iterations/experimentConfig.js'
import type { IterationResult } from '../iterations/iterationResult.js'
import { ITERATIONS } from '../iterations/scales.js'
import type { MusicalReport } from '../iterations/musicalReport.js'
import type { TunerReport } from '../iterations/tunerReport.js'
import type { Summary } from '../iterations/summary.js'
import type { Effects } from '../support/effects.js'
import { UserError } from '../support/errors.js'
import { studyFolders } from '../support/projectRoot.js'
import type { MetricRow } from '../training/metrics.js'
import type { NotebookRequest } from './notebookRequest.js'
import { openIteration, publishIteration, readResult, trainIteration } from './reproduce.js'
import { MUSICAL_SIZES, readMusicalReport } from './musicalStudy.js'
import { openPublishedStudy, type PublishedStudy } from './publishedStudy.js'
import { readTunerReport, TUNER_SCALES, tunerStudy } from './tunerStudy.js'
import { evaluateMusic, readSummary, summarize } from './summarize.js'

/**
 * An iteration as a notebook shows it: the published result, or, where the request says to train, that of a run here and
 * now, which goes on where it stopped.
 * @param onRow gets each row of a training as it is taken.
 * @throws UserError where nothing is published; as `trainIteration`.
 */
export async function iterationResult(
  iteration: IterationName,
  request: NotebookRequest,
  effects: Effects,
  onRow?: (row: MetricRow) => void,
): Promise<IterationResult> {
  const folders = studyFolders(process.env, request.scale)
  if (request.train) {
    const opened = await openIteration({ iteration, folders, ...request }, effects)
    return publishIteration(opened, await trainIteration(opened, effects, onRow), effects)
  }
  const published = await readResult(folders.root, iteration)
  if (published !== null) return published
  throw new UserError(
    `iteration ${iteration} is not published in ${folders.root}: npm run reproduce, or CANTUS_TRAIN=1`,
  )
}

/**
 * The musical evaluation: the published one, or, where the request says to train, one of runs here and now. Null where the
 * published iterations were not evaluated.
 * @throws as `trainedStudy`.
 */
export async function musicalReport(request: NotebookRequest, effects: Effects): Promise<MusicalReport | null> {
  if (!request.train) return readMusicalReport(studyFolders(process.env, request.scale).root)
  return evaluateMusic(await trainedStudy(request, effects), MUSICAL_SIZES[request.scale], effects)
}

/**
 * What the numbers of all iterations come to: the published summary, or, where the request says to train, one of runs here
 * and now. Null where the published iterations were not measured together.
 * @throws as `trainedStudy`.
 */
export async function studySummary(request: NotebookRequest, effects: Effects): Promise<Summary | null> {
  if (!request.train) return readSummary(studyFolders(process.env, request.scale).root)
  return summarize(await trainedStudy(request, effects), false, effects)
}

/**
 * The study of the tuner: the published one, or, where the request says to train, one of a prior made here and now. Null where
 * none was published.
 * @throws as `iterationResult` and `tunerStudy`.
 */
export async function tunerReport(request: NotebookRequest, effects: Effects): Promise<TunerReport | null> {
  const { scale, train, corpus, style, seed } = request
  const folders = studyFolders(process.env, scale)
  if (!train) return readTunerReport(folders.root)
  await iterationResult('2.1', request, effects)
  const asked = { source: '2.1', folders, corpus, style, ...TUNER_SCALES[scale] }
  return tunerStudy(seed === undefined ? asked : { ...asked, seed }, effects)
}

/** All three iterations; what is not trained yet is trained. @throws as `iterationResult` and `openPublishedStudy`. */
async function trainedStudy(request: NotebookRequest, effects: Effects): Promise<PublishedStudy> {
  for (const iteration of ITERATIONS) await iterationResult(iteration, request, effects)
  return openPublishedStudy({ ...request, folders: studyFolders(process.env, request.scale) }, effects)
}

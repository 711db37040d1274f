import { join } from 'node:path'
import type { IterationName } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import type { MusicalReport } from '../results/musicalReport.ts'
import { type TunerReport, tunerFile } from '../results/tunerReport.ts'
import type { Summary } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { projectRoot, studyFolders } from '../support/projectRoot.ts'
import type { MetricRow } from '../results/metrics.ts'
import { openCorpus, type OpenDataset } from '../dataset/buildDataset.ts'
import { openPartner, type OpenedPartner } from '../study/voices/openPartner.ts'
import { corpusJob } from '../study/corpusJob.ts'
import type { NotebookRequest } from './notebookRequest.ts'
import { openIteration, publishIteration, refuseOtherCorpus, trainIteration } from '../study/reproduce.ts'
import { MUSICAL_SIZES } from '../study/musicalStudy.ts'
import { openPublishedStudy, type PublishedStudy } from '../study/publishedStudy.ts'
import { TUNER_SCALES, tunerStudy } from '../study/tunerStudy.ts'
import { reproduceCommand } from '../study/studyResults.ts'
import { commandLine } from '../support/text/commandLine.ts'
import { evaluateMusic, summarize } from '../study/summarize.ts'
import { readResult, readSummary, readMusicalReport } from '../results/publishedResults.ts'

/**
 * An iteration as a notebook shows it: the published result, or, where the request says to train, that of a run here and
 * now, which resumes where it stopped. Null if it is missing; a sentence says why.
 * @param onRow gets each row of a training as it is taken.
 * @throws InterruptedError when the cell is stopped.
 */
export function iterationResult(
  iteration: IterationName,
  request: NotebookRequest,
  effects: Effects,
  onRow?: (row: MetricRow) => void,
): Promise<IterationResult | null> {
  return orWhyNot(effects, async () => {
    const folders = studyFolders(process.env, request.scale)
    if (request.train) {
      const opened = await openIteration({ iteration, folders, ...request }, effects)
      refuseOtherCorpus(opened)
      return publishIteration(opened, await trainIteration(opened, effects, onRow), effects)
    }
    const published = readResult(folders.root, iteration)
    if (published === null) {
      const made = reproduceCommand(request, '--iteration', iteration)
      throw new UserError(`iteration ${iteration} is not in ${folders.root}: ${made} makes it`)
    }
    const { scale } = published.config
    if (scale !== request.scale)
      effects.reporter.line(
        `iteration ${iteration} was trained at ${scale} scale, not at ${request.scale} scale: its results are shown as they are`,
      )
    return published
  })
}

/** The music that the request names, read and cut into melodies; null where it gives none, and a sentence says why. */
export const notebookCorpus = (request: NotebookRequest, effects: Effects): Promise<OpenDataset | null> =>
  orWhyNot(effects, () =>
    openCorpus(corpusJob({ ...request, folders: studyFolders(process.env, request.scale) }), effects),
  )

/** The published second voice, which plays along; null if it is not published; a sentence says why. */
export const secondVoice = (effects: Effects): Promise<OpenedPartner | null> =>
  orWhyNot(effects, () => openPartner('3.3', studyFolders(process.env)))

/** Where the weights of a published iteration lie. */
export const weightsOf = (iteration: string): string =>
  join(projectRoot, 'report/results/checkpoints', `${iteration}.safetensors`)

/** What a person can mend is a sentence below the cell, so that the next cell runs; the rest is thrown. */
async function orWhyNot<T>(effects: Effects, job: () => Promise<T | null>): Promise<T | null> {
  try {
    return await job()
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof InterruptedError) throw error
    effects.reporter.line(error.message)
    return null
  }
}

/**
 * The published result of the first of these iterations that has one; null if none has. Trains nothing.
 */
export function publishedResult(
  iterations: readonly IterationName[],
  request: Pick<NotebookRequest, 'scale'>,
): IterationResult | null {
  const { root } = studyFolders(process.env, request.scale)
  for (const iteration of iterations) {
    const result = readResult(root, iteration)
    if (result !== null) return result
  }
  return null
}

/**
 * The musical evaluation: the published one, or, where the request says to train, one of what is trained by now. Null where
 * the published iterations were not evaluated, or one of them is not trained yet.
 * @throws InterruptedError when the cell is stopped.
 */
export async function musicalReport(request: NotebookRequest, effects: Effects): Promise<MusicalReport | null> {
  if (!request.train) return orHow(readMusicalReport(rootOf(request)), ['evaluate'], request, effects)
  return orWhyNot(effects, async () => {
    const study = await trainedStudy(request, effects)
    return study && evaluateMusic(study, MUSICAL_SIZES[request.scale], effects)
  })
}

/**
 * The numbers of all iterations together: the published summary, or, where the request says to train, one of what is
 * trained by now. Null where the published iterations were not measured together, or one of them is not trained yet.
 * @throws InterruptedError when the cell is stopped.
 */
export async function studySummary(request: NotebookRequest, effects: Effects): Promise<Summary | null> {
  if (!request.train) return orHow(readSummary(rootOf(request)), ['evaluate'], request, effects)
  return orWhyNot(effects, async () => {
    const study = await trainedStudy(request, effects)
    return study && summarize(study, false, effects)
  })
}

/**
 * The study of the tuner: the published one, or, where the request says to train, one of the prior that notebook 3 trained.
 * Null where none was published, or the prior is not trained yet.
 * @throws InterruptedError when the cell is stopped.
 */
export async function tunerReport(request: NotebookRequest, effects: Effects): Promise<TunerReport | null> {
  const { scale, train, corpus, style, seed } = request
  const folders = studyFolders(process.env, scale)
  if (!train) return orHow(tunerFile.read(folders.root), ['tune', '2.1', '--report'], request, effects)
  if (!areTrained(['2.1'], request, effects)) return null
  const asked = { source: '2.1', folders, corpus, style, ...TUNER_SCALES[scale] }
  return orWhyNot(effects, () => tunerStudy(seed === undefined ? asked : { ...asked, seed }, effects))
}

/** Notebook that trains each iteration. */
const NOTEBOOK_OF: Readonly<Record<IterationName, number>> = { '1': 2, '2.1': 3, '2.2': 4, '3.1': 5, '3.2': 5 }

const rootOf = ({ scale }: Pick<NotebookRequest, 'scale'>): string => studyFolders(process.env, scale).root

/** What was measured; where nothing was, a line says which command measures it, or makes the iterations that are missing. */
function orHow<T>(measured: T | null, words: readonly string[], request: NotebookRequest, effects: Effects): T | null {
  if (measured !== null) return measured
  const missing = missingIterations(STUDY_ITERATIONS, request)
  const command = commandLine('npx cantus', words, request.scale === 'full' ? [] : ['--results', rootOf(request)])
  const remedy =
    missing.length === 0
      ? command
      : `${reproduceCommand(request)} makes iteration ${missing.join(' and ')}, then ${command}`
  effects.reporter.line(`not measured yet: ${remedy}`)
  return null
}

const missingIterations = (
  iterations: readonly IterationName[],
  request: Pick<NotebookRequest, 'scale'>,
): IterationName[] => iterations.filter((iteration) => publishedResult([iteration], request) === null)

/** A cell that shows results trains nothing: it says which iterations are not trained yet, and where they are. */
function areTrained(iterations: readonly IterationName[], request: NotebookRequest, effects: Effects): boolean {
  const missing = missingIterations(iterations, request)
  for (const iteration of missing)
    effects.reporter.line(`iteration ${iteration} is not trained yet: notebook ${NOTEBOOK_OF[iteration]}`)
  return missing.length === 0
}

/** All three iterations, null unless each is trained. @throws as `openPublishedStudy`. */
async function trainedStudy(request: NotebookRequest, effects: Effects): Promise<PublishedStudy | null> {
  if (!areTrained(STUDY_ITERATIONS, request, effects)) return null
  return openPublishedStudy({ ...request, folders: studyFolders(process.env, request.scale) }, effects)
}

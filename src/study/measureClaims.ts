import { join } from 'node:path'
import { judgeClaims } from '../evaluation/claims.ts'
import { CLAIM_METRICS } from '../evaluation/musical/claimMetrics.ts'
import { METRICS } from '../evaluation/musical/metrics.ts'
import { meanOf } from '../evaluation/musical/piece.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import { type MusicalReport, musicalFile } from '../results/musicalReport.ts'
import { readMusicalReport, readResults } from '../results/publishedResults.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { propertyOf } from '../support/itemAt.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { claimContrasts, definitionOf, endOfTransferSet, type MeasuredSet, oursSet, studySet } from './musicalStudy.ts'
import { endOfRun } from './stepsKept.ts'
import { melodiesOfStudy } from './summarize.ts'

const DRAWS = 10_000
/** A mean of the report has six digits. */
const ROUNDING = 1e-5

/**
 * What the study's claims alone ask for, added to the published musical evaluation: the same continuations are drawn once more, of the
 * primers that the claims name, and nothing else of the report changes. A minute or two, where the whole evaluation takes many.
 * @throws UserError where there is no evaluation, or this machine draws other continuations than those it measured; InterruptedError.
 */
export async function measureClaims({ root }: StudyFolders, effects: Effects): Promise<MusicalReport> {
  const report = readMusicalReport(root)
  if (report === null)
    throw new UserError(`no ${musicalFile.path} of the published runs: cantus study summarize makes it`)
  const primers = [...new Set(CLAIM_METRICS.map(({ primer }) => primer))]
  const sets: MeasuredSet[] = []
  for (const result of readResults(root)) {
    const { config, checkpoint } = result
    if (effects.signal.aborted) throw new InterruptedError('stopped; run the same command to repeat it')
    const set = await oursSet({ config, weightsFile: join(root, checkpoint.path) }, report, primers)
    checkSame(set, report)
    sets.push(set)
    const end = config.iteration === '2.2' ? await endOfRun(root, result, effects) : null
    if (end !== null) sets.push(await endOfTransferSet({ config, weightsFile: end }, report, primers))
  }
  const folder = await melodiesOfStudy(undefined, effects)
  for (const name of STUDY_ITERATIONS) sets.push(await studySet(name, folder))
  const isOwn = ({ metric }: MusicalReport['contrasts'][number]): boolean =>
    CLAIM_METRICS.some(({ id }) => id === metric)
  const others = report.contrasts.filter((each) => !isOwn(each))
  const contrasts = [...others, ...claimContrasts(sets, others, DRAWS)]
  const claims = judgeClaims(contrasts, report.runs)
  const added = { ...report, claimDefinitions: CLAIM_METRICS.map(definitionOf), contrasts, claims }
  await musicalFile.write(root, added)
  return added
}

/** Measures of pieces, by the primers they continue. */
export interface DrawnSet extends Pick<MeasuredSet, 'name'> {
  readonly pieces: readonly Pick<MeasuredSet['pieces'][number], 'primer' | 'values'>[]
}

/**
 * Melodies drawn with other numbers behind the comma would not be those that all else was measured of.
 * @throws UserError naming the first measure whose mean is not the published one.
 */
export function checkSame({ name, pieces }: DrawnSet, { metrics }: Pick<MusicalReport, 'metrics'>): void {
  for (const primer of new Set(pieces.flatMap((piece) => piece.primer ?? []))) {
    const own = pieces.filter((piece) => piece.primer === primer)
    for (const { id } of METRICS) {
      const published = metrics.find((each) => each.id === id)?.cells[name]?.[primer]
      const mean = meanOf(own.map(({ values }) => propertyOf(values, id)).filter((value) => !Number.isNaN(value)))
      if (
        published === undefined ||
        Number.isNaN(mean) ||
        Math.abs(mean - published.value) <= ROUNDING * Math.max(1, Math.abs(mean))
      )
        continue
      throw new UserError(
        `this machine draws other continuations of ${primer} by ${name} than those that were measured (${id} ${mean}, published ${published.value}): run cantus study summarize`,
      )
    }
  }
}

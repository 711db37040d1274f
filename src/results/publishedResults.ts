import type { IterationName } from '../config/experimentConfig.ts'
import { ITERATIONS } from '../config/scales.ts'
import { type IterationResult, iterationFile } from './iterationResult.ts'
import { isMusicOf, musicalFile, type MusicalReport } from './musicalReport.ts'
import { isStepsOf, type StepsReport, stepsFile } from './stepsReport.ts'
import { isSummaryOf, type Summary, summaryFile } from './summary.ts'

/** The published result of an iteration; null if it does not exist. @throws StoredFileError. */
export const readResult = (root: string, iteration: IterationName): IterationResult | null =>
  iterationFile(iteration).read(root)

/** The published results in the study's order, of the iterations that have one. @throws StoredFileError. */
export const readResults = (root: string): IterationResult[] =>
  ITERATIONS.flatMap((iteration) => readResult(root, iteration) ?? [])

/** Whether these are results of the full study: every iteration at full scale, trained on its own collections. */
export const isFullStudy = (results: readonly IterationResult[]): boolean =>
  results.length > 0 && results.every(({ config, dataset }) => config.scale === 'full' && dataset.corpus === 'shared')

/** The published summary; null if it does not exist, or where it is of other runs than those published. @throws StoredFileError. */
export function readSummary(root: string): Summary | null {
  const summary = summaryFile.read(root)
  return summary !== null && readResults(root).every((result) => isSummaryOf(summary, result)) ? summary : null
}

/** The published musical evaluation; null if it does not exist, or where it is of other runs. @throws StoredFileError. */
export function readMusicalReport(root: string): MusicalReport | null {
  const report = musicalFile.read(root)
  return report !== null && readResults(root).every((result) => isMusicOf(report, result)) ? report : null
}

/** The models at single steps; null if they were not measured, or where they are of other runs. @throws StoredFileError. */
export function readSteps(root: string): StepsReport | null {
  const report = stepsFile.read(root)
  return report !== null && readResults(root).every((result) => isStepsOf(report, result)) ? report : null
}

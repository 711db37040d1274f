import { isFullStudy, readResults } from '../../../src/results/publishedResults.ts'
import type { ResultFile } from '../../../src/results/resultFile.ts'
import { once } from './once.ts'
import { studyRoot } from './studyRoot.ts'

/** What a report of a smaller study lacks: the builder reads it off the lines of its pages. */
export const LEFT_OUT = 'left out: '

/** Whether what is built is the full study: there nothing may be missing. */
export const isFullScale = once((): boolean => isFullStudy(readResults(studyRoot())))

/**
 * Something that the report shows: of a smaller study it may be missing, and is left out by name.
 * @param what such as 'figure why-places'
 * @throws Error that names it when the full study lacks it.
 */
export function required<T>(what: string, found: T | null | undefined, remedy: string): T | null {
  if (found !== null && found !== undefined) return found
  if (isFullScale()) throw new Error(`the report has no ${what}: ${remedy}`)
  console.info(`${LEFT_OUT}${what}`)
  return null
}

/**
 * What a result file holds, as `required`.
 * @param found where a file that is there may not be shown, such as one of other runs.
 */
export const requiredResult = <T>(file: ResultFile<T>, found: T | null = file.read(studyRoot())): T | null =>
  required(`result ${file.path}`, found, `restore it with git checkout or ${file.command}`)

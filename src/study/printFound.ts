import { join, relative } from 'node:path'
import type { Effects } from '../support/effects.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { type ResultsAsked, resultsThere, type StudyResults } from './studyResults.ts'

/** Whether a command prints its result as JSON. */
export interface AsJson {
  readonly json?: boolean | undefined
}

/**
 * Does what a command asks for with the results that its options name, and prints what it found: as one JSON object, or in
 * words.
 */
export async function printFound<T>(
  { json, ...asked }: ResultsAsked & AsJson,
  find: (there: StudyResults, effects: Effects) => Promise<T>,
  text: (found: T, there: StudyResults) => string,
): Promise<void> {
  const effects = cliEffects()
  const there = await resultsThere(asked, effects)
  printResult(await find(there, effects), json, (found) => text(found, there))
}

/** Where files of the results lie, as the last line of a command says it. */
export const writtenLine = ({ folders }: StudyResults, ...files: readonly { readonly path: string }[]): string =>
  `Written: ${files.map(({ path }) => relative(process.cwd(), join(folders.root, path))).join(', ')}`

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StudyIterationName } from '../../src/config/experimentConfig.ts'

/** A run that the published numbers come from. */
export interface PublishedRun {
  readonly iteration: StudyIterationName
  readonly run: string
  /** Name and steps of the run it was transferred from. */
  readonly parent: string | null
  readonly steps: number
}

export const PUBLISHED_RUNS: readonly PublishedRun[] = [
  { iteration: '1', run: 'full-46244689-s1', parent: null, steps: 20_000 },
  { iteration: '2.1', run: 'full-94cf492b-s1', parent: null, steps: 20_000 },
  { iteration: '2.2', run: 'full-ff9b2153-s1', parent: 'full-94cf492b-s1 20000', steps: 52_050 },
]

/** Why a checkout's results are not the published ones, which the report's sentences are about; null if they are. */
export function otherResults(root: string): string | null {
  for (const { iteration, run } of PUBLISHED_RUNS) {
    const file = join(root, `report/results/iterations/${iteration}.json`)
    const found = runIn(file)
    if (found !== run) return `${file} is of run ${found}, the report is about run ${run}`
  }
  return null
}

function runIn(file: string): string {
  try {
    return String((JSON.parse(readFileSync(file, 'utf8')) as { run?: string }).run)
  } catch (error) {
    return `unknown (${(error as Error).message})`
  }
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { StudyIterationName } from '../config/experimentConfig.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import type { Effects } from '../support/effects.ts'
import { readStoredIfThere } from '../support/readStored.ts'

/** The folder of an iteration's weights at single steps, relative to the folder that holds `report/`. */
export const stepsPath = (iteration: StudyIterationName): string => `report/results/checkpoints/steps/${iteration}`

/** Whether weights are kept at single steps beside these results. */
export const hasKeptSteps = (root: string): boolean =>
  STUDY_ITERATIONS.some((iteration) => existsSync(join(root, stepsPath(iteration))))

/** Beside weights at single steps: the run that they are of. */
const noteSchema = z.object({ run: z.string() })

/** The folder of a run's weights at single steps; null, and said, where those of another run are kept; null where none are. */
export async function stepsOf(
  root: string,
  { iteration, run }: { readonly iteration: StudyIterationName; readonly run: string },
  { reporter }: Pick<Effects, 'reporter'>,
): Promise<string | null> {
  const folder = stepsPath(iteration)
  const note = await readStoredIfThere(join(root, folder, 'run.json'), noteSchema, 'restore it with git checkout')
  if (note?.run === run) return folder
  if (note !== null)
    reporter.line(`${folder} keeps weights of run ${note.run}, iteration ${iteration} is of run ${run}: left out`)
  return null
}

/**
 * The kept weights of a run's end, where its published ones are those of an earlier step.
 * @returns their path; null where the published ones are of the end, or those of the end are not kept.
 */
export async function endOfRun(
  root: string,
  { run, config, last }: IterationResult,
  effects: Pick<Effects, 'reporter'>,
): Promise<string | null> {
  const iteration = STUDY_ITERATIONS.find((name) => name === config.iteration)
  if (last === undefined || iteration === undefined) return null
  const folder = await stepsOf(root, { iteration, run }, effects)
  const path = folder === null ? null : join(root, folder, `${last.step}.safetensors`)
  return path !== null && existsSync(path) ? path : null
}

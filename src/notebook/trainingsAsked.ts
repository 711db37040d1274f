import type { Scale } from '../config/experimentConfig.ts'
import { merged, override, type Overrides } from '../config/overrides.ts'
import { experiment, ITERATIONS } from '../config/scales.ts'
import { UserError } from '../support/errors.ts'
import type { NotebookRequest } from './notebookRequest.ts'

/** What a command line asks of the trainings in notebooks. */
export interface TrainingFlags {
  readonly seed?: number | undefined
  readonly steps?: number | undefined
  /** Settings, the later ones count. */
  readonly set: readonly Overrides[]
}

/** What notebooks get for their trainings. */
export type Trainings = Pick<NotebookRequest, 'seed' | 'steps' | 'settings'>

/**
 * What the cells get for their trainings.
 * @throws UserError for a setting that no iteration has, and where the cells only read results.
 */
export function trainingsAsked({ seed, steps, set }: TrainingFlags, mode: { train: boolean; scale: Scale }): Trainings {
  const given = { ...(seed !== undefined && { '--seed': seed }), ...(steps !== undefined && { '--steps': steps }) }
  const [flag] = [...Object.keys(given), ...(set.length > 0 ? ['--set'] : [])]
  if (flag !== undefined && !mode.train)
    throw new UserError(
      `${flag} changes a training, but the cells only read results: add --scale quick, or leave it out`,
    )
  const settings = merged(set)
  if (set.length > 0) checkSettings(settings, mode.scale)
  return {
    ...(seed !== undefined && { seed }),
    ...(steps !== undefined && { steps }),
    ...(set.length > 0 && { settings }),
  }
}

/** One iteration may have settings that another lacks; what none has is a mistake. */
function checkSettings(settings: Overrides, scale: Scale): void {
  const problems = ITERATIONS.map((iteration) => problemOf(() => override(experiment(iteration, scale), settings)))
  const [first] = problems
  if (first && problems.every((problem) => problem !== null)) throw first
}

function problemOf(tried: () => unknown): UserError | null {
  try {
    tried()
    return null
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ExperimentConfig, StudyIterationName } from '../../src/config/experimentConfig.ts'
import { override } from '../../src/config/overrides.ts'
import { runName, withoutOff } from '../../src/config/runName.ts'
import { experiment } from '../../src/config/scales.ts'
import { evaluatedAs } from '../../src/study/publishedStudy.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { PUBLISHED_RUNS } from './publishedRuns.ts'

/**
 * The full-scale runs that the published numbers come from. A change that renames one of them, or makes its settings
 * unreachable from today's code, would orphan hours of training: it fails here first.
 */
const DATASET = '4991282e9d1ce6b967c2c6a8a1a9bb2569c41563b66f0506cadd382a72c8b0c6'

const stored = async (iteration: StudyIterationName): Promise<ExperimentConfig> =>
  JSON.parse(
    await readFile(join(projectRoot, `report/results/checkpoints/runs/${iteration}/config.json`), 'utf8'),
  ) as ExperimentConfig

describe.each(PUBLISHED_RUNS)('the published run of iteration $iteration', ({ iteration, run, parent, steps }) => {
  it('is named after its stored config', async () => {
    expect(runName(await stored(iteration), DATASET, parent)).toBe(run)
  })

  it('has the config that the code resolves today, key for key', async () => {
    const published = await stored(iteration)
    const today = override(experiment(iteration, 'full', 'folder'), { training: { steps } })
    const evaluated = override(today, evaluatedAs(published.training))
    expect(JSON.stringify(evaluated, withoutOff)).toBe(JSON.stringify(published, withoutOff))
  })
})

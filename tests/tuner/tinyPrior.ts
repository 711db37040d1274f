import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { initialWeights } from '../../src/model/weights.ts'
import type { Effects } from '../../src/support/effects.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { EMPTY_START } from '../../src/tuner/environment.ts'
import type { TuningJob } from '../../src/tuner/tune.ts'
import { type TunerConfig, tunerDefaults } from '../../src/tuner/tunerConfig.ts'

export const tinySpec: StepModelSpec = { encoding: 'basic', layerSizes: [8, 8], attentionLength: 0 }
export const tinyPrior = initialWeights(tinySpec, 1)

/** Six rounds of four short compositions. */
export const tinyConfig: TunerConfig = {
  ...tunerDefaults,
  prior: { path: 'tiny', sha256: '0' },
  ...{
    steps: 6 * 4 * 16,
    episodeSteps: 16,
    voices: 4,
    batchEpisodes: 4,
    replayEpisodes: 16,
    updates: 2,
    logEvery: 1,
    checkpointEvery: 3,
  },
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cantus-tuner-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export const tinyJob = (runFolder: string, config: Partial<TunerConfig> = {}): TuningJob => ({
  config: { ...tinyConfig, ...config },
  spec: tinySpec,
  prior: tinyPrior,
  starts: [EMPTY_START],
  runFolder,
})

export const quietEffects = (signal: AbortSignal = new AbortController().signal): Effects => ({
  reporter: silentReporter,
  signal,
  now: () => 0,
})

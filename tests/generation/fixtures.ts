import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ExperimentConfig } from '../../src/config/experimentConfig.ts'
import { experiment } from '../../src/config/scales.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { encodeWeightsFp16 } from '../../src/model/safetensors.ts'
import { initialWeights } from '../../src/model/weights.ts'
import type { Effects } from '../../src/support/effects.ts'
import { silentReporter } from '../../src/support/progress.ts'

export const tinySpec: StepModelSpec = { encoding: 'mono', layerSizes: [8, 8], attentionLength: 0 }

/** An experiment of a tiny model: two melodies per primer, of 72 steps (bach is 66 with what is appended). */
export const tinyConfig: ExperimentConfig = {
  ...experiment('1', 'smoke'),
  model: tinySpec,
  generation: { perPrimer: 2, totalSteps: 72, temperature: 1 },
}

export function quietEffects(signal: AbortSignal = new AbortController().signal): Effects {
  return { reporter: silentReporter, signal, now: () => 0 }
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cantus-generation-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Publishes tiny fp16 weights of iteration 1 under `root`; the path sidecars name them by. */
export async function publishWeights(root: string, seed = 1): Promise<string> {
  const path = 'report/results/checkpoints/1.safetensors'
  const metadata = { iteration: '1', run: 'smoke-00000000-s1', step: '40' }
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), encodeWeightsFp16(tinySpec, initialWeights(tinySpec, seed), metadata))
  return path
}

export async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort()
}

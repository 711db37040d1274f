/**
 * Speed and memory of the RL Tuner with a network of 2 x 128 (its weights do not matter to either, so they are fresh ones).
 * Build first, then: node bench/tune.ts
 * Prints actions a second, of the wall and of a processor, and ratios to decoding as many steps of the same network plainly,
 * all from one interleaved run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import type * as ContinueMany from '../src/generation/continueMany.ts'
import type * as ContinueMelody from '../src/generation/continueMelody.ts'
import type * as BackendModule from '../src/model/backend.ts'
import type * as BatchInference from '../src/model/batchInference.ts'
import type { StepModelSpec } from '../src/config/modelSpec.ts'
import type * as WeightsModule from '../src/model/weights.ts'
import type * as EnvironmentModule from '../src/tuner/environment.ts'
import type * as Tune from '../src/tuner/tune.ts'
import type * as Config from '../src/tuner/tunerConfig.ts'

const ROUNDS = 3
const STEPS = 32_768

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { continueMany } = (await compiled('generation/continueMany.js')) as typeof ContinueMany
const { createMelodyModel, plainSampling } = (await compiled('generation/continueMelody.js')) as typeof ContinueMelody
const { openBackend } = (await compiled('model/backend.js')) as typeof BackendModule
const { createBatchStepper } = (await compiled('model/batchInference.js')) as typeof BatchInference
const { initialWeights } = (await compiled('model/weights.js')) as typeof WeightsModule
const { EMPTY_START } = (await compiled('tuner/environment.js')) as typeof EnvironmentModule
const { tune } = (await compiled('tuner/tune.js')) as typeof Tune
const { tunerDefaults } = (await compiled('tuner/tunerConfig.js')) as typeof Config

const spec: StepModelSpec = { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 }
const prior = initialWeights(spec, 1)
const backend = await openBackend()
const effects = {
  reporter: { line: () => undefined, bar: () => ({ update: () => undefined, stop: () => undefined }) },
  signal: new AbortController().signal,
  now: () => Date.now(),
}

async function tuning(method: 'psi' | 'policy-gradient', updates: number): Promise<void> {
  const runFolder = await mkdtemp(join(tmpdir(), 'cantus-bench-tune-'))
  const config = { ...tunerDefaults, prior: { path: '', sha256: '' }, method, updates, steps: STEPS }
  await tune({ config, spec, prior, starts: [EMPTY_START], runFolder }, effects)
  await rm(runFolder, { recursive: true, force: true })
}

async function decoding(): Promise<void> {
  const stepper = createBatchStepper(backend, spec, prior)
  const jobs = Array.from({ length: 64 }, (_, seed) => ({
    ...plainSampling,
    conditionedOn: [-2],
    totalSteps: 33,
    seed,
  }))
  for (let done = 0; done < STEPS; done += 64 * 32) await continueMany(createMelodyModel(spec, prior, stepper), jobs)
  stepper.close()
}

const jobs: Record<string, () => Promise<void>> = {
  'plain decoding': decoding,
  'Psi, 4 updates a round': () => tuning('psi', 4),
  'Psi, 1 update a round': () => tuning('psi', 1),
  'policy gradient': () => tuning('policy-gradient', 1),
}
const times = new Map(Object.keys(jobs).map((name) => [name, [] as { wall: number; processor: number }[]]))
await tuning('psi', 1) // everything is loaded and compiled
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, job] of Object.entries(jobs)) {
    const [started, before] = [Date.now(), process.cpuUsage()]
    await job()
    const { user, system } = process.cpuUsage(before)
    times.get(name)!.push({ wall: (Date.now() - started) / 1000, processor: (user + system) / 1e6 })
  }
}

const of = (name: string, side: 'wall' | 'processor'): number => median(times.get(name)!.map((each) => each[side]))
const rate = (seconds: number): string =>
  Math.round(STEPS / seconds)
    .toLocaleString('en')
    .padStart(8)
console.log(`${backend.description}; ${STEPS.toLocaleString('en')} actions, median of ${ROUNDS} interleaved rounds`)
console.log('                            actions/s (wall)  (processor)  times plain decoding (processor)')
for (const name of Object.keys(jobs)) {
  const ratio = of(name, 'processor') / of('plain decoding', 'processor')
  console.log(
    `${name.padEnd(28)}${rate(of(name, 'wall'))}${' '.repeat(9)}${rate(of(name, 'processor'))}     ${ratio.toFixed(2)}`,
  )
}
console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1000).toLocaleString('en')} MB`)

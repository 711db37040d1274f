import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelName, TrainedConfig } from '../config/experimentConfig.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { namesIn } from '../support/namesIn.ts'

/** Where everything of a run lies. No other file of the project spells these names. */
export interface RunFiles {
  /** The resolved TrainedConfig. */
  readonly config: string
  /** What it was trained on: counts and a hash of the melodies. */
  readonly dataset: string
  /** Node, platform and backend. */
  readonly environment: string
  /** One MetricRow per line. */
  readonly metrics: string
  /** The same rows in columns, once the run stops or ends. */
  readonly metricsParquet: string
  /** TensorBoard's event files: show TensorBoard this folder or one above it. */
  readonly tensorBoard: string
  /** The last step, with the optimizer's state: what a run resumes from. */
  readonly checkpoint: string
  /** Weights of the lowest held-out loss so far. */
  readonly best: string
  /** The weights a transfer starts from, where a penalty keeps it near them. */
  readonly start: string
  /** The melodies that the weights have seen, including those of the parent (a MelodySet). */
  readonly trainedOn: string
}

/** The files of the run in `folder`. */
export function runFiles(folder: string): RunFiles {
  return {
    config: join(folder, 'config.json'),
    dataset: join(folder, 'dataset.json'),
    environment: join(folder, 'environment.json'),
    metrics: join(folder, 'metrics.jsonl'),
    metricsParquet: join(folder, 'metrics.parquet'),
    tensorBoard: join(folder, 'tensorboard'),
    checkpoint: join(folder, 'checkpoint.safetensors'),
    best: join(folder, 'best.safetensors'),
    start: join(folder, 'start.safetensors'),
    trainedOn: join(folder, 'trained-on.bin'),
  }
}

const RUNS = 'runs'

/** `<data>/runs/<iteration>/<run>`; `run` is the name that holds scale, hash and seed. */
export function runFolderOf(dataFolder: string, iteration: ModelName, run: string): string {
  return join(dataFolder, RUNS, iteration, run)
}

/**
 * The folders of all runs, by iteration and name; none where nothing was trained. What else lies there, files or folders
 * without a config or a checkpoint, is passed over. A tuned run has a checkpoint and no training's config.
 */
export async function runFoldersIn(dataFolder: string): Promise<string[]> {
  const root = join(dataFolder, RUNS)
  const runs = await Promise.all(
    (await namesIn(root)).map(async (name) => (await namesIn(join(root, name))).map((run) => join(root, name, run))),
  )
  return runs.flat().filter((folder) => {
    const { config, checkpoint } = runFiles(folder)
    return existsSync(config) || existsSync(checkpoint)
  })
}

/** Writes what a run is, before its first step; where and on what it began stays. */
export async function describeRun(
  folder: string,
  config: TrainedConfig,
  melodies: { readonly train: readonly (readonly number[])[]; readonly test: readonly (readonly number[])[] },
  backend: string,
): Promise<void> {
  const files = runFiles(folder)
  await writeFileAtomic(files.config, json(config)) // again: a run that is lengthened has more steps
  if (existsSync(files.dataset)) return
  const environment = { node: process.version, platform: `${process.platform} ${process.arch}`, backend }
  const dataset = { train: summary(melodies.train), test: summary(melodies.test) }
  await writeFileAtomic(files.environment, json(environment))
  await writeFileAtomic(files.dataset, json(dataset))
}

function summary(melodies: readonly (readonly number[])[]): { melodies: number; events: number; sha256: string } {
  const events = melodies.reduce((total, { length }) => total + length, 0)
  return { melodies: melodies.length, events, sha256: sha256(JSON.stringify(melodies)) }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}

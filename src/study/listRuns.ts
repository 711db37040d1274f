import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { loadCheckpoint } from '../model/checkpoint.ts'
import { UserError, errorCode, messageOf } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { readMetricRows } from '../training/eventLog.ts'
import type { MetricRow } from '../results/metrics.ts'
import { type Archived, archiveRun } from '../training/runArchive.ts'
import { runFiles, runFoldersIn } from '../training/runDirectory.ts'
import { archivePath, type KeptIn } from './keptRuns.ts'
import { readRunConfig } from '../training/runConfig.ts'
import { numberOf } from '../support/records.ts'

/** A run as the list shows it. */
export interface ListedRun {
  readonly run: string
  readonly iteration: string
  /** Steps of its own up to the last checkpoint, and those its settings ask for. */
  readonly made: number
  readonly steps: number
  /** Validation loss, nats per step: the last and the lowest; null before the first. */
  readonly lastLoss: number | null
  readonly bestLoss: number | null
  /** The steps both were measured at, counted from the first ancestor's scratch; null before the first. */
  readonly lastStep: number | null
  readonly bestStep: number | null
  /** Seconds of training. */
  readonly seconds: number
  readonly folder: string
  /** Why its files cannot be read; null for a whole run. */
  readonly problem: string | null
}

/** The runs under `data/runs`, by iteration and name; those without a checkpoint have made 0 steps. */
export async function listRuns(folders: StudyFolders): Promise<ListedRun[]> {
  const trained = (await runFoldersIn(folders.data)).filter((folder) => existsSync(runFiles(folder).config))
  return Promise.all(trained.map(listedRun))
}

/** A run that cannot be read hides no other: it says what is wrong with it. */
async function listedRun(folder: string): Promise<ListedRun> {
  try {
    return await listRun(folder)
  } catch (error) {
    if (!(error instanceof UserError) && errorCode(error) === undefined) throw error
    const place = { run: basename(folder), iteration: basename(dirname(folder)), folder }
    return { ...place, ...UNKNOWN, problem: messageOf(error) }
  }
}

const UNKNOWN = {
  made: 0,
  steps: 0,
  seconds: 0,
  lastLoss: null,
  bestLoss: null,
  lastStep: null,
  bestStep: null,
} as const

async function listRun(folder: string): Promise<ListedRun> {
  const files = runFiles(folder)
  const config = await readRunConfig(folder)
  if (config === null) throw new UserError(`${files.config} is gone: delete the run's folder`)
  const { iteration, training } = config
  const state = existsSync(files.checkpoint) ? (await loadCheckpoint(files.checkpoint)).state : {}
  const measured = (await readMetricRows(files.metrics)).filter(({ kind }) => kind === 'test')
  const last = measured.at(-1) ?? null
  const best = measured.reduce<MetricRow | null>((a, b) => (a !== null && a.loss <= b.loss ? a : b), null)
  return {
    ...{ run: basename(folder), iteration, folder, steps: training.steps, problem: null },
    made: numberOf(state, 'made') ?? 0,
    seconds: numberOf(state, 'seconds') ?? 0,
    ...{ lastLoss: last?.loss ?? null, lastStep: last?.step ?? null },
    ...{ bestLoss: best?.loss ?? null, bestStep: best?.step ?? null },
  }
}

/** A run by its name. @throws UserError that lists those there are. */
export async function findRun(name: string, folders: StudyFolders): Promise<ListedRun> {
  const runs = await listRuns(folders)
  const found = runs.find(({ run }) => run === name)
  if (found === undefined) throw new UserError(`no run ${name}: ${runs.map(({ run }) => run).join(', ') || 'none yet'}`)
  return found
}

/**
 * Keeps all that a run needs to resume elsewhere beside the results, over the run of this iteration that was kept in the same
 * place before: a checkout of the project then resumes it by itself.
 * @throws UserError when there is no such run, or it has no checkpoint yet.
 */
export async function keepNamedRun(
  name: string,
  { to, withoutOptimizer = false }: { readonly to: KeptIn; readonly withoutOptimizer?: boolean },
  folders: StudyFolders,
): Promise<Archived & { readonly folder: string }> {
  const found = await findRun(name, folders)
  const folder = join(folders.root, archivePath(basename(dirname(found.folder)), to))
  return { ...(await archiveRun(found.folder, folder, withoutOptimizer)), folder }
}

/** The runs whose last weights predict worse than their best, a line each. */
export function overtrained(runs: readonly ListedRun[]): string[] {
  return runs.flatMap(({ run, lastLoss, bestLoss, lastStep, bestStep }) => {
    if (lastLoss === null || bestLoss === null || bestStep === lastStep) return []
    const [last, best] = [lastStep ?? 0, bestStep ?? 0].map((step) => step.toLocaleString('en'))
    return [
      `${run}: validation loss ${lastLoss.toFixed(3)} at step ${last}, ${bestLoss.toFixed(3)} at step ${best}, ` +
        `which generate, evaluate and export use; ${run}@last is the end`,
    ]
  })
}

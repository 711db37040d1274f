import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Effects } from '../../support/effects.ts'
import { InterruptedError, UserError } from '../../support/errors.ts'
import { sha256, writeFileAtomic } from '../../support/files.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'
import { readStoredIfThere } from '../../support/readStored.ts'
import { measured, type Stored } from '../../support/stored.ts'
import { listRuns } from '../listRuns.ts'
import { trainRun } from '../trainRun.ts'
import { type SweepConfig, sweepConfigSchema, type Trial, trialsOf } from './sweepConfig.ts'

const trialResultSchema = z.object({
  run: z.string(),
  step: z.number(),
  /** Lowest validation loss, nats per step, which trials are compared by. */
  validationLoss: measured,
  testLoss: measured,
  eventAccuracy: measured,
})
/** What a trial reached, with the weights of its lowest validation loss. */
export type TrialResult = Stored<typeof trialResultSchema>

/** A sweep with its trials, and where their results lie. */
export interface Sweep {
  readonly config: SweepConfig
  readonly trials: readonly Trial[]
  readonly folder: string
}

/** A trial and its result; null where it is still to come. */
export interface SweepRow {
  readonly trial: Trial
  readonly result: TrialResult | null
}

/** Trains one trial, in this process or in one of its own. */
export type RunTrial = (trial: Trial) => Promise<void>

/** Opens a sweep's file. @throws UserError when it is not there or says what no sweep has. */
export async function openSweep(path: string, folders: Pick<StudyFolders, 'data'>): Promise<Sweep> {
  const config = await readStoredIfThere(path, sweepConfigSchema, 'correct it: cantus sweep --help shows one')
  if (config === null) throw new UserError(`no file ${path}: cantus sweep takes a JSON file (--help shows one)`)
  // Its name follows from all that decides a trial, so that a changed sweep trains only what it adds.
  const { grid: _grid, seeds: _seeds, ...same } = config
  return {
    config,
    trials: trialsOf(config),
    folder: join(folders.data, 'sweeps', sha256(JSON.stringify(same)).slice(0, 8)),
  }
}

const resultFile = ({ folder }: Sweep, { values, seed }: Trial): string =>
  join(folder, `${sha256(JSON.stringify([values, seed])).slice(0, 12)}.json`)

const resultOf = (sweep: Sweep, trial: Trial): Promise<TrialResult | null> =>
  readStoredIfThere(resultFile(sweep, trial), trialResultSchema, 'delete it')

/** Trains a trial in this process and keeps its result, unless it has one; a training that was stopped resumes. */
export async function runTrial(
  { sweep, trial, folders }: { readonly sweep: Sweep; readonly trial: Trial; readonly folders: StudyFolders },
  effects: Effects,
): Promise<void> {
  if ((await resultOf(sweep, trial)) !== null) return
  const { iteration, scale, corpus, style, steps } = sweep.config
  const { seed, overrides } = trial
  const asked = { iteration, scale, corpus, style, seed, overrides, folders, ...(steps !== undefined && { steps }) }
  const { run, best } = await trainRun(asked, effects)
  if (best === null) throw new Error(`${run} has no best weights`)
  const listed = (await listRuns(folders)).find((each) => each.run === run)
  const result: TrialResult = {
    ...{ run, step: best.step, validationLoss: listed?.bestLoss ?? NaN },
    ...{ testLoss: best.test.loss, eventAccuracy: best.test.eventAccuracy },
  }
  await writeFileAtomic(resultFile(sweep, trial), `${JSON.stringify(result)}\n`)
}

/** Every trial with what is known of it. */
export async function sweepRows(sweep: Sweep): Promise<SweepRow[]> {
  return Promise.all(sweep.trials.map(async (trial) => ({ trial, result: await resultOf(sweep, trial) })))
}

/**
 * Runs the trials that have no result yet, some at a time; a trial that fails is named at the end, the others are run.
 * @throws UserError naming the trials that failed; InterruptedError.
 */
export async function runSweep(
  { sweep, run, jobs }: { readonly sweep: Sweep; readonly run: RunTrial; readonly jobs: number },
  effects: Effects,
): Promise<SweepRow[]> {
  const due = (await sweepRows(sweep)).flatMap(({ trial, result }) => (result === null ? [trial] : []))
  const failed: string[] = []
  const bar = effects.reporter.bar('Trials', due.length, 'trials')
  let next = 0
  let done = 0
  const worker = async (): Promise<void> => {
    for (let trial = due[next++]; trial !== undefined && !effects.signal.aborted; trial = due[next++]) {
      try {
        await run(trial)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        failed.push(`trial ${trial.number}: ${error.message}`)
      }
      bar.update(++done)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, due.length) }, worker))
  } finally {
    bar.stop()
  }
  if (effects.signal.aborted) throw new InterruptedError('stopped; the same command resumes')
  if (failed.length > 0) throw new UserError(`${failed.join('; ')}: mend it, then the same command runs these alone`)
  return sweepRows(sweep)
}

/** Trainings at a time where nobody says: each keeps two cores busy. */
export const defaultJobs = (): number => Math.max(1, Math.floor(availableParallelism() / 2))

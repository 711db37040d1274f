import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { runInForeground } from '../support/terminal/foreground.ts'
import { venvProgram } from '../support/venvProgram.ts'

/** Options of `cantus tensorboard`. */
export interface TensorBoardOptions {
  /** A run's folder, or one above several. */
  readonly folder: string
  readonly port: number
}

/** Opens TensorBoard on the curves of runs and resolves with its exit status; Ctrl-C ends it. */
export async function openTensorBoard({ folder, port }: TensorBoardOptions, effects: Effects): Promise<number> {
  if (!existsSync(folder))
    throw new UserError(`no folder ${folder}: train a run first with cantus reproduce or cantus train`)
  if (!(await hasCurves(folder)))
    throw new UserError(`no curves in ${folder}: name a run, or a folder of runs, such as ${shownRuns()}`)
  effects.reporter.line(`TensorBoard is starting on ${folder}; it prints its address below, Ctrl-C ends it`)
  const args = ['-m', 'tensorboard.main', '--logdir', folder, '--port', String(port)]
  // It says at length that there is no TensorFlow, which it does without.
  return runInForeground(venvProgram('python'), args, { env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' } }, effects)
}

/** Whether TensorBoard would find a file of events there; on an empty folder it starts all the same, and shows nothing. */
async function hasCurves(folder: string): Promise<boolean> {
  return (await readdir(folder, { recursive: true })).some((name) => name.includes('tfevents'))
}

const shownRuns = (): string => relative(process.cwd(), join(studyFolders().data, 'runs'))

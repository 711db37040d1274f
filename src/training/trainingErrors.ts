import { existsSync } from 'node:fs'
import type { TrainedConfig } from '../config/experimentConfig.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { systemProblem } from '../support/systemProblem.ts'
import type { RunFiles } from './runDirectory.ts'

/** Ctrl-C, after the checkpoint is written. @param place such as `at step 5 of 9`. */
export function interrupted(place: string, runFolder: string): InterruptedError {
  return new InterruptedError(
    `stopped ${place}; the checkpoint in ${runFolder} holds everything: ` + 'run the same command to resume',
  )
}

/** Melodies named in a message; a batch has 128. */
const NAMED = 5

/** The loss, or a gradient, is not a number any more. */
export function diverged(
  { step, loss, melodies }: { readonly step: number; readonly loss: number; readonly melodies: readonly string[] },
  { training }: TrainedConfig,
  files: RunFiles,
): UserError {
  return new UserError(
    `training diverged at step ${step}: the loss is ${loss} (learning rate ` +
      `${training.learningRate}, clip norm ${training.clipNorm}); lower one of them. The batch held ` +
      `${melodies.slice(0, NAMED).join(', ')}${melodies.length > NAMED ? ` and ${melodies.length - NAMED} more` : ''}. ${kept(files)}`,
  )
}

/** Why the disk refused, with the remedy; null for any other error. */
export function diskProblem(error: unknown, files: RunFiles): UserError | null {
  const problem = error instanceof UserError ? null : systemProblem(error, files.checkpoint)
  if (problem === null) return null
  return new UserError(`${problem} and run the same command to resume; ${kept(files)}`, { cause: error })
}

function kept({ checkpoint }: RunFiles): string {
  return existsSync(checkpoint) ? `the last good checkpoint is kept in ${checkpoint}` : 'nothing is kept'
}

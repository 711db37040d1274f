import { worseThanFrequencies } from '../../evaluation/baselines.ts'
import { runFiles } from '../../training/runDirectory.ts'
import { type TensorTransfer, describePlan, isBias } from '../../training/transfer.ts'
import { fixed } from '../reproduceStudy.ts'
import type { TrainResult } from '../trainRun.ts'

/** What a person reads at the end: which weights are used from now on, what they reach, and what to doubt. */
export function closingLines(result: TrainResult): string {
  const { run, runFolder, step, transfer, best, last, baselines } = result
  if (best === null || baselines === null) return planLines(transfer ?? []).join('\n')
  const { test } = best
  const steps = (value: number): string => value.toLocaleString('en')
  return [
    `run ${run}, step ${steps(step)}; lowest validation loss at step ${steps(best.step)}`,
    `  test       loss ${fixed(test.loss)} nats per step, accuracy ${fixed(test.accuracy)}, event accuracy ${fixed(test.eventAccuracy)} (step ${steps(best.step)})`,
    `  baseline   loss ${fixed(baselines.unigramLoss)}, accuracy ${fixed(baselines.majorityAccuracy)}: event frequencies of the training side`,
    ...warnings(result).map((warning) => `  warning    ${warning}`),
    `  files      ${runFolder}`,
    `  metrics    ${runFiles(runFolder).metricsParquet}`,
    `  curves     cantus tensorboard ${runFolder}`,
    `  melodies   cantus generate ${run}   (uses step ${steps(best.step)}${last === null ? '' : `; ${run}@last uses step ${steps(last.step)}`})`,
    `  elsewhere  cantus export ${run}`,
  ].join('\n')
}

function planLines(plan: readonly TensorTransfer[]): string[] {
  const restores = plan.some(({ name, action }) => action === 'restored' && !isBias(name))
  const refusal = 'only biases would be restored: without --plan this transfer is refused'
  return [...describePlan(plan), ...(restores ? [] : [refusal])]
}

/** Whether the run was trained too long, and whether its weights beat event frequencies. */
function warnings({ best, last, baselines }: TrainResult): string[] {
  if (best === null || baselines === null) return []
  const worse = worseThanFrequencies(best.test.loss, baselines)
  return [
    ...(last === null
      ? []
      : [
          `trained past its best: test loss ${fixed(last.test.loss)} at step ${last.step.toLocaleString('en')}, ` +
            `${fixed(best.test.loss)} at step ${best.step.toLocaleString('en')}`,
        ]),
    ...(worse === null ? [] : [worse]),
  ]
}

/** A training of a second voice, and its lowest validation loss. */
export interface SecondVoiceRun {
  readonly run: string
  readonly runFolder: string
  readonly best: { readonly step: number; readonly loss: number }
}

/** What a person reads once the second voice is trained. */
export const secondVoiceText = ({ run, runFolder, best }: SecondVoiceRun): string =>
  [
    `run ${run}; lowest validation loss ${fixed(best.loss)} nats per step at step ${best.step.toLocaleString('en')}`,
    `  files      ${runFolder}`,
    `  knowledge  cantus study duet ${run}   (what it gains from hearing the other voice)`,
    `  play       cantus duet PERFORMER.mid --model ${run}`,
  ].join('\n')

import { counted } from '../../support/text/counted.ts'
import type { TuneResult } from '../tuneModel.ts'

/** What a person reads at the end of a tuning: what it changed, and where the run lies. */
export function tunedText({ run, runFolder, steps, seconds, rows, config }: TuneResult): string {
  const [first, last] = [rows[0], rows.at(-1)]
  const fixed = (value: number | undefined): string => (value ?? NaN).toFixed(2)
  return [
    `run ${run}: ${counted(steps, 'step')} in ${seconds.toFixed(0)} s of CPU time`,
    `  reward     ${fixed(first?.total)} -> ${fixed(last?.total)} per step (rules / ${config.c} + log p)`,
    `  rules      ${fixed(first?.theory)} -> ${fixed(last?.theory)}`,
    `  log p      ${fixed(first?.logPrior)} -> ${fixed(last?.logPrior)} nats, cost ${fixed((last?.divergence ?? NaN) / Math.LN2)} bits per step`,
    `  files      ${runFolder}`,
    `  curves     cantus tensorboard ${runFolder}`,
    `  melodies   cantus generate ${run}`,
  ].join('\n')
}

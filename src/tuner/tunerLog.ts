import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createFolder } from '../support/createFolder.ts'
import { writeFileAtomic } from '../support/files.ts'
import { measured, type Stored } from '../support/stored.ts'
import { readRows } from '../training/eventLog.ts'
import { scalarsRecord, versionRecord } from '../training/tensorBoard.ts'
import type { TunerFiles } from './tunerFiles.ts'

/** A round of tuning: means a composed step, of that round's compositions. */
export const tunerRowSchema = z.object({
  round: z.number(),
  /** Actions made in all. */
  step: z.number(),
  /** Of a processor. */
  seconds: z.number(),
  /** Of the updates; of a policy gradient minus the mean return. */
  loss: measured,
  /** Sum of the rules, not divided by c. */
  theory: measured,
  /** Log probability by the prior, nats. */
  logPrior: measured,
  /** theory / c + logPrior. */
  total: measured,
  /** KL divergence of the policy from the prior, nats. */
  divergence: measured,
  /** Each rule by its name, weighted. */
  terms: z.record(z.string(), measured),
})
export type TunerRow = Stored<typeof tunerRowSchema>

/** Opens the log of a run that resumes from `round`: later rows will be taken again, and are dropped. */
export async function openTunerLog(
  files: TunerFiles,
  round: number,
  nowMs: () => number,
): Promise<{ add(row: TunerRow): Promise<void> }> {
  const rows = (await readRows(files.metrics, tunerRowSchema)).filter((row) => row.round < round)
  await writeFileAtomic(files.metrics, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const board = join(files.tensorBoard, 'events.out.tfevents.0.cantus')
  await rm(files.tensorBoard, { recursive: true, force: true })
  createFolder(files.tensorBoard)
  await writeFile(board, versionRecord(nowMs() / 1000))
  const draw = (row: TunerRow): Promise<void> =>
    appendFile(board, scalarsRecord(nowMs() / 1000, row.step, scalarsOf(row)))
  for (const row of rows) await draw(row)
  return {
    async add(row) {
      await appendFile(files.metrics, `${JSON.stringify(row)}\n`)
      await draw(row)
    },
  }
}

function scalarsOf({ loss, total, theory, logPrior, divergence, terms }: TunerRow): { tag: string; value: number }[] {
  const rules = Object.entries(terms).map(([name, value]) => ({ tag: `rules/${name}`, value }))
  const whole = { loss, 'reward/total': total, 'reward/rules': theory, 'reward/log p': logPrior, divergence }
  return [...Object.entries(whole).map(([tag, value]) => ({ tag, value })), ...rules]
}

import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { measured } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** What iteration 3 was to reach in one thing, and what it reached. */
const targetSchema = z.object({
  id: z.string(),
  what: z.string(),
  unit: z.enum(['nats per step', 'share', 'minutes', 'notes', 'moves', 'effect size', 'measures']),
  /** The model of the study that it is compared with, and its value; null if it has none. */
  before: z.object({ model: z.string(), value: measured }).nullable(),
  /** People's value; null if they have none. */
  people: measured.nullable(),
  direction: z.enum(['at most', 'at least']),
  target: measured,
  reached: measured,
  isMet: z.boolean(),
})
export type Target = Stored<typeof targetSchema>

/** `report/results/targets.json`: the aims of iteration 3, each with the number that decides it. */
const targetsSchema = z.object({
  format: z.literal('cantus-targets-1'),
  /** The runs it is about. */
  runs: z.record(z.string(), z.string()),
  targets: z.array(targetSchema),
})
export type Targets = Stored<typeof targetsSchema>

/** The aims of iteration 3 as published. */
export const targetsFile = resultFile({ name: 'targets.json', schema: targetsSchema, command: 'cantus study targets' })

import { z } from 'zod'
import { iterationNameSchema } from '../../config/experimentConfig.ts'
import { merged, type Overrides, parseSetting } from '../../config/overrides.ts'
import { SCALES } from '../../config/scales.ts'
import { UserError } from '../../support/errors.ts'
import type { Stored } from '../../support/stored.ts'

/** A sweep as a person writes it: one training's settings, and the values to try. */
export const sweepConfigSchema = z.strictObject({
  iteration: iterationNameSchema.default('1'),
  scale: z.enum(SCALES).default('quick'),
  corpus: z.array(z.string()).default([]),
  style: z.array(z.string()).default([]),
  steps: z.int().positive().exactOptional(),
  seeds: z.array(z.int().nonnegative()).nonempty().default([1]),
  /** Settings by their names with a dot, each with the values to try: every combination is a trial. */
  grid: z.record(z.string(), z.array(z.unknown()).nonempty()).default({}),
})
/** A sweep's settings. */
export type SweepConfig = Stored<typeof sweepConfigSchema>

/** One training of a sweep. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number
  readonly seed: number
  /** The values it tries, by their settings' names. */
  readonly values: Readonly<Record<string, unknown>>
  readonly overrides: Overrides
}

const MOST_TRIALS = 10_000

/**
 * Every combination of values and seeds, in the order written: the last setting changes fastest, seeds fastest of all.
 * @throws UserError for more trials than anyone waits for.
 * @example trialsOf({ grid: { 'training.learningRate': [0.001, 0.003] }, seeds: [1, 2] }).length // 4
 */
export function trialsOf({ grid, seeds }: Pick<SweepConfig, 'grid' | 'seeds'>): Trial[] {
  const names = Object.keys(grid)
  const count = names.reduce((product, name) => product * (grid[name]?.length ?? 1), seeds.length)
  if (count > MOST_TRIALS)
    throw new UserError(`the sweep has ${count} trials (at most ${MOST_TRIALS}): list fewer values`)
  const combinations = names.reduce<readonly Readonly<Record<string, unknown>>[]>(
    (all, name) => all.flatMap((values) => (grid[name] ?? []).map((value) => ({ ...values, [name]: value }))),
    [{}],
  )
  return combinations.flatMap((values, n) =>
    seeds.map((seed, s) => {
      const settings = Object.entries(values).map(([name, value]) => parseSetting(`${name}=${JSON.stringify(value)}`))
      return { number: n * seeds.length + s + 1, seed, values, overrides: merged(settings) }
    }),
  )
}

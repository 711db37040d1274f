import type { PrimerSource } from '../results/sidecar.ts'
import { seedFrom } from '../support/random.ts'
import type { Recipe } from './compose.ts'
import { plainSampling } from './continueMelody.ts'
import { topShare } from './decode.ts'
import type { ExperimentConfig } from '../config/experimentConfig.ts'
import { checkRoom, type PrimerMelody, type PrimerName, primerOfEvents, primers } from './primers.ts'

/** A melody to make. Runs in a browser: the page that plays and the command line order alike. */
export interface Order {
  readonly name: string
  readonly primer: string
  readonly primerEvents: readonly number[]
  /** Of a primer from a file. */
  readonly primerSource?: PrimerSource
  readonly recipe: Recipe
}

/** What all melodies of a request share. `seed` is the request's; each melody's own derives from it. */
export interface OrderOptions extends Partial<Omit<Recipe, 'seed' | 'totalSteps'>> {
  readonly seed: number
  readonly totalSteps: number
  readonly iteration: string
}

/**
 * `count` melodies from one primer, numbered from 1. The n-th has the seed of (seed, iteration, primer's name, n), so
 * that the same request gives the same melodies, whatever else is asked for.
 * @throws PrimerError when the primer leaves no step to add.
 */
export function orders(name: string, primer: PrimerMelody, count: number, options: OrderOptions): Order[] {
  const { seed, iteration, ...decoding } = options
  checkRoom(primer.conditionedOn, options.totalSteps)
  return Array.from({ length: count }, (_, index) => {
    const recipe = {
      ...plainSampling,
      ...decoding,
      conditionedOn: primer.conditionedOn,
      qpm: primer.qpm,
      ...(primer.timeSignature === undefined ? {} : { timeSignature: primer.timeSignature }),
      seed: seedFrom(seed, iteration, name, index + 1),
    }
    return { name: `it_${iteration}_${name}_nr_${index + 1}`, primer: name, primerEvents: primer.events, recipe }
  })
}

/** What an iteration is asked to make of a primer of the study, with its own decoding and conditioning. */
export function primerOrders(name: PrimerName, count: number, config: ExperimentConfig): Order[] {
  const { iteration, seed, generation } = config
  const { perPrimer: _count, appendix = true, topP = 1, ...decoding } = generation
  const options = { ...decoding, topP: topShare(topP), seed, iteration }
  return orders(name, primerOfEvents(primers[name], appendix), count, options)
}

import { topShare } from '../../../../src/generation/decode.ts'
import { type Order, orders } from '../../../../src/generation/orders.ts'
import { primerOfEvents, primers } from '../../../../src/generation/primers.ts'
import { branches, primerName, type Settings } from './settings.ts'
import { STEPS_PER_BAR } from '../../../../src/melody/melody.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** Settings that no melody can be made of; the message says what to change. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * The order for a melody of these settings: the one that `cantus generate` makes of `commandLine`, but for the tempo.
 * @throws SettingsError when the primer is empty, or has no room in the bars asked for.
 */
export function orderOf(settings: Settings): Order {
  const { iteration, primer, temperature, topP, beam, seed, bars, qpm, rest } = settings
  if (primer.length === 0) throw new SettingsError('There is nothing to continue: set a note, or choose a primer.')
  const given = primerOfEvents(primer, rest)
  const needed = Math.floor(given.conditionedOn.length / STEPS_PER_BAR) + 1
  if (needed > bars)
    throw new SettingsError(
      `The primer fills ${bars === 1 ? 'the bar' : `all ${bars} bars`}: choose ${needed} bars or more.`,
    )
  const options = {
    ...{
      seed,
      iteration,
      temperature,
      topP: topShare(topP),
      beamSize: beam,
      branchFactor: branches(beam),
      stepsPerIteration: 1,
    },
    totalSteps: bars * STEPS_PER_BAR,
  }
  return itemAt(orders(primerName(primer, primers), { ...given, qpm }, 1, options), 0)
}

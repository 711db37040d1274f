import type { TableRow } from '../charts/table.js'
import { evaluate } from '../evaluation/numerical.js'
import type { Checkpoint } from '../model/checkpoint.js'
import type { Effects } from '../support/effects.js'

/** A model by name, and held-out melodies by name. */
export interface TransferQuestion {
  readonly models: Readonly<Record<string, Pick<Checkpoint, 'spec' | 'weights'>>>
  readonly heldOut: Readonly<Record<string, readonly { readonly events: readonly number[] }[]>>
}

/** Each model on each held-out set, dropout off: what a transfer gained, and what it forgot. One row a pair. */
export async function transferMatrix({ models, heldOut }: TransferQuestion, effects: Effects): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for (const [model, { spec, weights }] of Object.entries(models)) {
    for (const [set, melodies] of Object.entries(heldOut)) {
      const metrics = await evaluate(
        spec,
        weights,
        melodies.map((melody) => melody.events),
        effects,
      )
      const { loss, accuracy, eventAccuracy } = metrics
      rows.push({
        model,
        'held-out melodies': set,
        n: melodies.length,
        'loss (nats a step)': loss,
        accuracy,
        'event accuracy': eventAccuracy,
      })
    }
  }
  return rows
}

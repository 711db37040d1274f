import { setImmediate } from 'node:timers/promises'
import { inGroups, isEncodable, type Tune, wholeSequences } from '../dataset/batches.ts'
import { melodyEncoding } from '../dataset/encoding.ts'
import { openBackend } from '../model/backend.ts'
import { melodyRnn } from '../model/melodyRnn.ts'
import { softmax } from '../model/shares.ts'
import { isNoteModel, type ModelSpec, type Weights } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { tokenMelody } from './idyom/idyomScores.ts'
import { noteDistributions } from './noteDistributions.ts'
import { addLabelCosts, addTokenCosts, noCosts, type StepCosts } from './stepCosts.ts'
import { itemAt } from '../support/itemAt.ts'

/** Melodies at once. */
const PORTION = 32
/** Padded rows at once. */
const ROWS_AT_ONCE = 8_192

/**
 * What each step of each melody costs a network, in their order; nothing for a melody of less than two events.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function networkCosts(
  { spec, weights }: { readonly spec: ModelSpec; readonly weights: Weights },
  tunes: readonly Tune[],
  effects: Effects,
): Promise<StepCosts[]> {
  const costsOf = await (isNoteModel(spec) ? ofNotes(spec, weights) : ofSteps(spec, weights))
  const asked = tunes.filter(({ events }) => isEncodable(events))
  const bar = effects.reporter.bar('Where the loss is lost', asked.length, 'melodies')
  const found = new Map<Tune, StepCosts>()
  try {
    for (let from = 0; from < asked.length; from += PORTION) {
      if (effects.signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to repeat it')
      const some = asked.slice(from, from + PORTION)
      costsOf(some).forEach((costs, n) => found.set(itemAt(some, n), costs))
      bar.update(found.size)
      await setImmediate()
    }
  } finally {
    bar.stop()
  }
  return tunes.map((tune) => found.get(tune) ?? noCosts(0))
}

type CostsOf = (tunes: readonly Tune[]) => StepCosts[]

async function ofNotes(...network: Parameters<typeof noteDistributions>): Promise<CostsOf> {
  const read = await noteDistributions(...network)
  return (tunes) =>
    read(tunes).map((said, n) => {
      const { tokens } = tokenMelody(itemAt(tunes, n))
      const costs = noCosts(itemAt(tunes, n).events.length - 1)
      said.forEach((each, t) => addTokenCosts(costs, each, [itemAt(tokens, t), tokens[t + 1] ?? null]))
      return costs
    })
}

type StepModel = Parameters<typeof melodyRnn>[1]

async function ofSteps(spec: StepModel, weights: Weights): Promise<CostsOf> {
  const network = melodyRnn(await openBackend(), spec)
  const encoding = melodyEncoding(spec.encoding)
  return (tunes) => {
    return inGroups(wholeSequences(tunes, encoding), ROWS_AT_ONCE, (group) => {
      const logits = network.logits(weights, group)
      return group.map(({ events, length }, n) => {
        const costs = noCosts(length)
        for (let step = 0; step < length; step++) {
          const row = (step * group.length + n) * encoding.classes
          const probabilities = softmax(logits.subarray(row, row + encoding.classes))
          addLabelCosts(costs, { encoding, events, position: step + 1 }, probabilities)
        }
        return costs
      })
    })
  }
}

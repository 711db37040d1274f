import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UnrolledMelody } from '../../../src/charts/unrolled.ts'
import { isNoteModel } from '../../../src/config/modelSpec.ts'
import { melodyEncoding } from '../../../src/dataset/encoding.ts'
import { softmax } from '../../../src/generation/decode.ts'
import { type PrimerName, primers } from '../../../src/generation/primers.ts'
import { decodeWeights } from '../../../src/model/safetensors.ts'
import { unrollMelody, type UnrolledLayer, type UnrolledStep } from '../../../src/model/unrollMelody.ts'
import { primerTitle } from './format.ts'
import { once } from './once.ts'
import { loadIterations } from './study.ts'
import { studyRoot } from './studyRoot.ts'
import { itemAt } from '../../../src/support/itemAt.ts'

const MELODIES: readonly PrimerName[] = ['modal', 'bach']
const UNITS = 6
const NEXT = 4
const round = (value: number): number => Math.round(value * 1e4) / 1e4

/** The large general network reading two of the primers, its last layer laid open; null if it is not published. */
export const loadUnrolled = once((): UnrolledMelody[] | null => {
  const iteration = loadIterations().find(({ name }) => name === '2.1')
  if (!iteration) return null
  const { spec, weights } = decodeWeights(readFileSync(join(studyRoot(), iteration.result.checkpoint.path)))
  if (isNoteModel(spec) || spec.attentionLength > 0) return null
  const layer = spec.layerSizes.length - 1
  return MELODIES.map((name) => {
    const steps = unrollMelody(spec, weights, primers[name])
    const chosen = liveliest(steps.map(({ layers }) => itemAt(layers, layer)))
    return { melody: primerTitle(name), layer, chosen, steps: readings(steps, layer, chosen, spec.encoding) }
  })
})

/** The units whose output changes most, the first of them the one that changes most. */
function liveliest(layers: readonly UnrolledLayer[]): number[] {
  const spread = (unit: number): number => {
    const values = layers.map(({ hidden }) => itemAt(hidden, unit))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  }
  const spreads = Array.from(itemAt(layers, 0).hidden, (_, unit) => ({ unit, spread: spread(unit) }))
  return spreads
    .sort((a, b) => b.spread - a.spread)
    .slice(0, UNITS)
    .map(({ unit }) => unit)
}

function readings(
  steps: readonly UnrolledStep[],
  layer: number,
  chosen: readonly number[],
  encodingName: Parameters<typeof melodyEncoding>[0],
): UnrolledMelody['steps'] {
  const encoding = melodyEncoding(encodingName)
  const events = steps.map(({ event }) => event)
  return steps.map(({ event, layers, logits }, n) => {
    const probabilities = [...softmax(logits)]
    const order = probabilities
      .map((probability, label) => ({ label, probability }))
      .sort((a, b) => b.probability - a.probability)
    const history = events.slice(0, n + 1)
    const gates = itemAt(layers, layer)
    return {
      event,
      units: chosen.map((unit) => ({
        input: round(itemAt(gates.input, unit)),
        forget: round(itemAt(gates.forget, unit)),
        candidate: round(itemAt(gates.candidate, unit)),
        output: round(itemAt(gates.output, unit)),
        cell: round(itemAt(gates.cell, unit)),
        hidden: round(itemAt(gates.hidden, unit)),
      })),
      next: order
        .slice(0, NEXT)
        .map(({ label, probability }) => ({ event: encoding.event(label, history), probability: round(probability) })),
      came: n + 1 < events.length ? round(itemAt(probabilities, encoding.label(events, n + 1))) : null,
    }
  })
}

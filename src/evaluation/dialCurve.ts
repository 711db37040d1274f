import { type Tune, wholeSequences } from '../dataset/batches.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { DIAL_WAYS, type DialWay } from '../config/dial.ts'
import type { DialledNetwork } from '../generation/styleDial.ts'
import { openBackend } from '../model/backend.ts'
import { blendWeights } from '../model/blendWeights.ts'
import { openNetwork } from '../model/openNetwork.ts'
import type { DialPoint } from '../results/transferReport.ts'
import type { Effects } from '../support/effects.ts'
import { evaluate } from './numerical.ts'
import { itemAt } from '../support/itemAt.ts'
import { both } from '../support/both.ts'

/** Melodies of one side: general ones, and those of the style. */
export interface DialMelodies {
  readonly general: readonly Tune[]
  readonly style: readonly Tune[]
}

/** Places of the dial: tenths. */
export const DIAL_PLACES: readonly number[] = Array.from({ length: 11 }, (_, n) => n / 10)

/**
 * Loss in nats per step on both kinds of music over the dial, by weights and by outputs.
 * @throws InterruptedError
 */
export async function dialCurve(
  pair: { readonly general: DialledNetwork; readonly style: DialledNetwork },
  sides: { readonly validation: DialMelodies; readonly test: DialMelodies },
  effects: Effects,
): Promise<DialPoint[]> {
  const curves: Record<DialWay, (melodies: readonly Tune[]) => Promise<number[]>> = {
    weights: (melodies) => byWeights(pair, melodies, effects),
    outputs: (melodies) => byOutputs(pair, melodies),
  }
  const points: DialPoint[] = []
  for (const by of DIAL_WAYS) {
    const ofSide = async ({ general, style }: DialMelodies) => ({
      general: await curves[by](general),
      style: await curves[by](style),
    })
    const [validation, test] = [await ofSide(sides.validation), await ofSide(sides.test)]
    points.push(
      ...DIAL_PLACES.map((style, n): DialPoint => {
        const at = (losses: typeof test) => ({ general: itemAt(losses.general, n), style: itemAt(losses.style, n) })
        return { style, by, validation: at(validation), test: at(test) }
      }),
    )
  }
  return points
}

type Pair = Parameters<typeof dialCurve>[0]

async function byWeights({ general, style }: Pair, melodies: readonly Tune[], effects: Effects): Promise<number[]> {
  const losses: number[] = []
  for (const place of DIAL_PLACES) {
    const weights = blendWeights(general.weights, style.weights, place)
    losses.push((await evaluate(general.spec, weights, melodies, effects)).loss)
  }
  return losses
}

/** The networks are asked once: every mixture follows from what both gave each step. */
async function byOutputs({ general, style }: Pair, melodies: readonly Tune[]): Promise<number[]> {
  const backend = await openBackend()
  const [first, second] = both([general, style], ({ spec, weights }) =>
    openNetwork(backend, spec).stepProbabilities(weights, wholeSequences(melodies, eventEncoding(spec))),
  )
  const steps = first.reduce((sum, { length }) => sum + length, 0)
  return DIAL_PLACES.map((place) => {
    const loss = first.reduce(
      (sum, ofFirst, n) =>
        sum -
        ofFirst.reduce(
          (total, p, step) => total + Math.log((1 - place) * p + place * itemAt(itemAt(second, n), step)),
          0,
        ),
      0,
    )
    return loss / steps
  })
}

/**
 * The place of the lowest style loss among those whose general loss is at most `limit` times above that of the general model, on
 * validation melodies.
 * @example chooseDial(points, 0.03).style // 0.6
 */
export function chooseDial(points: readonly DialPoint[], limit: number): DialPoint {
  const most = Math.min(...points.filter(({ style }) => style === 0).map(({ validation }) => validation.general))
  const allowed = points.filter(({ validation }) => validation.general <= most * (1 + limit))
  return allowed.reduce((best, point) => (point.validation.style < best.validation.style ? point : best))
}

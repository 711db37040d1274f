import { eventEncoding } from '../dataset/encoding.ts'
import type { DialWay } from '../config/dial.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import { blendWeights } from '../model/blendWeights.ts'
import type { Stepper } from '../model/inference.ts'
import { mixedStepper } from '../model/mixedStepper.ts'
import { openStepper } from '../model/openStepper.ts'
import { UserError } from '../support/errors.ts'
import { createMelodyModel, type MelodyModel } from './continueMelody.ts'

/** The way of a dial that does not say: it loses less in between (see `report/results/transfer.json`). */
export const DEFAULT_DIAL_WAY: DialWay = 'outputs'

/** Where between two models a third one stands. */
export interface Dial {
  /** 0 is the first model, 1 the second. */
  readonly style: number
  readonly by: DialWay
}

/** A network and what it is made from. */
export interface DialledNetwork {
  readonly spec: ModelSpec
  readonly weights: Weights
}

/**
 * The model that stands between two others. At 0 and 1 its melodies are those of the one or the other, byte for byte.
 * @param open makes a network take steps; absent = in portable arithmetic.
 * @throws UserError where the two do not fit together.
 */
export function dialledModel(
  { general, style }: { readonly general: DialledNetwork; readonly style: DialledNetwork },
  dial: Dial,
  open: (network: DialledNetwork) => Stepper = ({ spec, weights }) => openStepper(spec, weights),
): MelodyModel {
  const { spec } = general
  if (dial.by === 'outputs')
    return mixedModel(
      createMelodyModel(spec, general.weights, open(general)),
      createMelodyModel(style.spec, style.weights, open(style)),
      dial.style,
    )
  checkPair(general.spec, style.spec, dial)
  const weights = blendWeights(general.weights, style.weights, dial.style)
  return createMelodyModel(spec, weights, open({ spec, weights }))
}

/**
 * The model between two that are open: the outputs of both, mixed.
 * @param share 0-1.
 * @throws UserError where the two do not name events alike.
 */
export function mixedModel(general: MelodyModel, style: MelodyModel, share: number): MelodyModel {
  checkPair(general.spec, style.spec, { style: share, by: 'outputs' })
  return { ...general, stepper: mixedStepper(general.stepper, style.stepper, share) }
}

function checkPair(general: ModelSpec, style: ModelSpec, { by }: Dial): void {
  if (by === 'weights' && JSON.stringify(general) !== JSON.stringify(style))
    throw new UserError(
      `weights can only be mixed of models of one shape, not of ${JSON.stringify(general)} and ${JSON.stringify(style)}: mix outputs, with --dial-by outputs`,
    )
  const [ofGeneral, ofStyle] = [general, style].map((spec) => eventEncoding(spec).name)
  if (ofGeneral !== ofStyle)
    throw new UserError(
      `outputs can only be mixed of models that name events alike, not of ${general.encoding} and ${style.encoding} ones: choose two of one iteration`,
    )
}

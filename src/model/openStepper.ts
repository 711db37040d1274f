import { isNoteModel, type ModelSpec, type Weights } from '../config/modelSpec.ts'
import { UserError } from '../support/errors.ts'
import { createStepper, type Stepper } from './inference.ts'
import { createNoteStepper } from './notes/noteStepper.ts'

/** A network that takes single steps in plain arithmetic, whatever it reads. */
export function openStepper(spec: ModelSpec, weights: Weights): Stepper {
  if (isNoteModel(spec) && spec.blocks !== undefined)
    throw new UserError('a Transformer is only trained and measured here: melodies come from networks with LSTM layers')
  return isNoteModel(spec) ? createNoteStepper(spec, weights) : createStepper(spec, weights)
}

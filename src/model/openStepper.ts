import { isNoteModel, type ModelSpec, type Weights } from '../config/modelSpec.ts'
import { createStepper, type Stepper } from './inference.ts'
import { createNoteStepper } from './notes/noteStepper.ts'

/** A network that takes single steps in plain arithmetic, whatever it reads. */
export function openStepper(spec: ModelSpec, weights: Weights): Stepper {
  return isNoteModel(spec) ? createNoteStepper(spec, weights) : createStepper(spec, weights)
}

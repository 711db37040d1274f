import type { BarGrid } from '../dataset/noteInputs.ts'
import type { Stepped, Stepper, StepState } from './inference.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * The same network, which takes no step twice: whoever follows a melody, the branches of a beam and the likelihood at the end
 * all take those that the search has taken. States are never changed, so each stands for all that led to it.
 */
export function remembering(stepper: Stepper): Stepper {
  const initial = new Map<string, StepState>()
  const taken = new WeakMap<StepState, { input: Float32Array; stepped: Stepped }[]>()
  const initialState = (grid?: BarGrid): StepState => {
    const key = `${grid?.stepsPerBar} ${grid?.barPhase}`
    const known = initial.get(key) ?? stepper.initialState(grid)
    initial.set(key, known)
    return known
  }
  const step = (state: StepState, input: Float32Array): Stepped => {
    const known = taken.get(state) ?? []
    const again = known.find((other) => other.input.every((value, n) => value === input[n]))
    if (again !== undefined) return again.stepped
    const stepped = stepper.step(state, input)
    taken.set(state, [...known, { input, stepped }])
    return stepped
  }
  return {
    initialState,
    step,
    stepMany: (states, inputs) => states.map((state, n) => step(state, itemAt(inputs, n))),
  }
}

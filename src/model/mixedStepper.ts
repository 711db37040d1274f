import { log } from './portableMath.ts'
import type { Stepped, Stepper, StepState } from './inference.ts'
import { softmax } from './shares.ts'
import { floored } from './tokenDistribution.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * Two models that read the same events, as one: the probability of each event is (1 - dial) times what the first gives it plus dial
 * times what the second gives it. At 0 and 1 it is one of them, bit for bit.
 * @param dial 0-1.
 */
export function mixedStepper(first: Stepper, second: Stepper, dial: number): Stepper {
  if (dial === 0) return first
  if (dial === 1) return second
  const mixed = (both: readonly [Stepped, Stepped]): Stepped => mixedStep(both, dial)
  return {
    initialState: (grid) => joined(first.initialState(grid), second.initialState(grid)),
    step: (state, input) => {
      const [a, b] = bothOf(state)
      return mixed([first.step(a, input), second.step(b, input)])
    },
    stepMany: (states, inputs) => {
      const pairs = states.map(bothOf)
      const ofFirst = first.stepMany(
        pairs.map(([state]) => state),
        inputs,
      )
      const ofSecond = second.stepMany(
        pairs.map(([, state]) => state),
        inputs,
      )
      return ofFirst.map((stepped, n) => mixed([stepped, itemAt(ofSecond, n)]))
    },
  }
}

function mixedStep([a, b]: readonly [Stepped, Stepped], dial: number): Stepped {
  const [ofFirst, ofSecond] = [a.drawnBy, b.drawnBy]
  let logits: Float32Array | undefined
  return {
    // Networks of notes are drawn from without them.
    get logits() {
      return (logits ??= logsOf(floored(mixture(softmax(a.logits), softmax(b.logits), dial))))
    },
    state: joined(a.state, b.state),
    ...(ofFirst === undefined || ofSecond === undefined
      ? {}
      : { drawnBy: (decoding) => mixture(ofFirst(decoding), ofSecond(decoding), dial) }),
  }
}

function logsOf(events: Float64Array): Float32Array {
  return Float32Array.from(events, log)
}

/** (1 - dial) of the first, dial of the second. */
const mixture = (first: Float64Array, second: Float64Array, dial: number): Float64Array =>
  first.map((share, n) => (1 - dial) * share + dial * second[n]!)

const joined = (first: StepState, second: StepState): StepState => ({ ...first, both: [first, second] })

function bothOf({ both }: StepState): readonly [StepState, StepState] {
  if (both === undefined) throw new Error('this state is not one of two models')
  return both
}

import { COMMON_TIME } from '../../dataset/noteInputs.ts'
import { beginningToken, LONGEST_TOKEN } from '../../dataset/tokens.ts'
import type { NoteModelSpec, Weights } from '../../config/modelSpec.ts'
import type { Stepped, Stepper, StepState } from '../inference.ts'
import { log } from '../portableMath.ts'
import { tempered } from '../temperedTokens.ts'
import { eventProbabilities, floored, type TokenDistribution } from '../tokenDistribution.ts'
import { type NoteReader, noteReader, type NoteState } from './noteInference.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Where a network of notes stands between two steps. */
export interface EventState {
  readonly notes: NoteState
  /** Steps taken. */
  readonly step: number
  /** What it says of the token that began last; null before the first event. */
  readonly prediction: TokenDistribution | null
}

/**
 * The event view of a network of notes: it takes and predicts single steps like any other, events as `mono` numbers them. Its
 * logits are the logarithms of the probabilities. A note-off in silence reads as hold; a token of more than 511 steps stays at 511.
 */
export function createNoteStepper(spec: NoteModelSpec, weights: Weights): Stepper {
  const reader = noteReader(spec, weights)
  const initialState = (grid = COMMON_TIME): StepState => {
    const notes = reader.start(grid)
    return { cells: notes.cells, outputs: notes.outputs, attention: null, events: { notes, step: 0, prediction: null } }
  }
  const step = (state: StepState, input: Float32Array): Stepped => stepEvent(reader, state, eventOf(input))
  return {
    initialState,
    step,
    stepMany: (states, inputs) => states.map((state, n) => step(state, itemAt(inputs, n))),
  }
}

/** The event a one-hot row stands for. */
const eventOf = (input: Float32Array): number => input.indexOf(1) - 2

function stepEvent(reader: NoteReader, { events }: StepState, event: number): Stepped {
  if (events === undefined) throw new Error('this state is not one of a network of notes')
  const { token } = events.notes
  const pitch = beginningToken(event, token?.pitch)
  const notes = pitch === undefined ? events.notes : reader.begin(events.notes, { pitch, start: events.step })
  const prediction = pitch === undefined && events.prediction !== null ? events.prediction : reader.predict(notes)
  const step = events.step + 1
  const age = Math.min(step - notes.token!.start, LONGEST_TOKEN)
  const state: StepState = {
    cells: notes.cells,
    outputs: notes.outputs,
    attention: null,
    events: { notes, step, prediction },
  }
  return steppedTo(state, prediction, age)
}

/** What is known after a step. Its logits are worked out when they are first asked for: who only listens on asks for none. */
function steppedTo(state: StepState, prediction: TokenDistribution, age: number): Stepped {
  let logits: Float32Array | undefined
  return {
    state,
    get logits() {
      return (logits ??= Float32Array.from(floored(eventProbabilities(prediction, age)), log))
    },
    drawnBy: (decoding) => eventProbabilities(tempered(prediction, decoding), age),
  }
}

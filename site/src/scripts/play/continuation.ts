import { compose } from '../../../../src/generation/compose.ts'
import type { MelodyModel } from '../../../../src/generation/continueMelody.ts'
import { createListener } from '../../../../src/generation/expectations.ts'
import { EXPECTED_EVENTS } from '../../../../src/generation/expectedEvents.ts'
import type { Order } from '../../../../src/generation/orders.ts'
import { remembering } from '../../../../src/model/remembering.ts'

/** News of a melody that is being made. */
export interface Progress {
  /** Events that are settled since the last news; the first news begins with the primer and what is appended to it. */
  readonly events: readonly number[]
  /** For each of them, what the model expected in its place: `EXPECTED_EVENTS` probabilities. The first has none: zeros. */
  readonly expected: Float32Array
}

export interface Finished {
  readonly midi: Uint8Array
  /** Nats, of the continuation at temperature 1. */
  readonly logLikelihood: number
  /** Milliseconds of computing an event of the melody, given ones included, without what was waited for. */
  readonly millisecondsPerEvent: number
}

export interface MakeOptions {
  readonly tell: (progress: Progress) => void
  /** Lets others run; throws to stop. */
  readonly pause: () => Promise<void>
  /** Milliseconds. */
  readonly now: () => number
}

/** Time between two pieces of news: often enough for the eye, seldom enough to cost nothing. */
const NEWS_MILLISECONDS = 30

/**
 * Makes the melody of an order by the engine of the command line, telling as it goes what is settled and what the model
 * expected. Runs in a worker and in Node alike.
 */
export async function makeContinuation(
  trained: MelodyModel,
  { recipe }: Order,
  options: MakeOptions,
): Promise<Finished> {
  const { tell, pause, now } = options
  const model = { ...trained, stepper: remembering(trained.stepper) }
  const listener = createListener(model, recipe.conditionedOn, recipe.temperature)
  let told = 0
  let row: Float32Array = new Float32Array(EXPECTED_EVENTS)
  const follow = (melody: readonly number[]): void => {
    const events = melody.slice(told)
    if (events.length === 0) return
    const expected = new Float32Array(events.length * EXPECTED_EVENTS)
    for (const [n, event] of events.entries()) {
      expected.set(row, n * EXPECTED_EVENTS)
      row = listener.hear(event)
    }
    told = melody.length
    tell({ events, expected })
  }
  let waited = 0
  const started = now()
  let last = started
  const { events, logLikelihood, midi } = await compose(model, recipe, async (_done, settled) => {
    if (told > 0 && now() - last < NEWS_MILLISECONDS) return
    follow(settled())
    const before = now()
    await pause()
    last = now()
    waited += last - before
  })
  follow(events)
  const millisecondsPerEvent = (now() - started - waited) / recipe.totalSteps
  return { midi, logLikelihood, millisecondsPerEvent }
}

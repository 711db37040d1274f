import { inputRow } from '../dataset/encoding.ts'
import { squash, transpose } from '../melody/transform.ts'
import { mulberry32, type Random } from '../support/random.ts'
import { gridOf, type MelodyModel } from './continueMelody.ts'
import { type Decoding, decodeStep, logProbability } from './decode.ts'
import type { Metre } from './primers.ts'
import { itemAt } from '../support/itemAt.ts'

/** A melody to continue, one draw per step. */
export interface ManyJob extends Decoding {
  readonly conditionedOn: readonly number[]
  /** Steps of the whole melody, what it is conditioned on included. */
  readonly totalSteps: number
  /** Absent = 4/4. */
  readonly timeSignature?: Metre
  readonly seed: number
}

/** A continuation with its log-likelihood. */
export interface ManyResult {
  readonly events: readonly number[]
  /** Nats, of the continuation at temperature 1. */
  readonly logLikelihood: number
}

/**
 * Continues many melodies side by side, a step of all of them at a time: what `continueMelody` makes of each with plain
 * sampling with a model whose stepper takes many sequences at once.
 * @throws RangeError when a melody has nothing to continue or nothing to add.
 */
export async function continueMany(
  model: MelodyModel,
  jobs: readonly ManyJob[],
  onStep?: (stepsDone: number) => void | Promise<void>,
): Promise<ManyResult[]> {
  const voices = jobs.map((job) => openVoice(model, job))
  let done = 0
  for (let position = 0; ; position++) {
    const sounding = voices.filter(({ job }) => position < job.totalSteps - 1)
    if (sounding.length === 0) break
    const inputs = sounding.map(({ events }) => inputRow(model.encoding, events, position))
    const stepped = model.stepper.stepMany(
      sounding.map(({ state }) => state),
      inputs,
    )
    stepped.forEach((after, n) => {
      const voice = itemAt(sounding, n)
      voice.state = after.state
      if (position + 1 < voice.job.conditionedOn.length) return // it is still listening
      const { label } = decodeStep(after, voice.job, voice.random)
      voice.logLikelihood += logProbability(after.logits, label, 1)
      voice.events.push(model.encoding.event(label, voice.events))
    })
    done += sounding.length
    await onStep?.(done)
  }
  return voices.map(({ events, moved, logLikelihood }) => ({ events: transpose(events, -moved), logLikelihood }))
}

function openVoice({ encoding, stepper }: MelodyModel, job: ManyJob) {
  const { conditionedOn, totalSteps, seed } = job
  if (conditionedOn.length === 0 || conditionedOn.length >= totalSteps)
    throw new RangeError(`cannot continue ${conditionedOn.length} events to a total of ${totalSteps} steps`)
  const { events, transpose: moved } = squash(
    conditionedOn,
    encoding.minNote,
    encoding.maxNote,
    encoding.transposeToKey,
  )
  const random: Random = mulberry32(seed)
  return {
    job,
    events: [...events],
    moved,
    random,
    state: stepper.initialState(gridOf(job.timeSignature)),
    logLikelihood: 0,
  }
}

import {
  endingWidth,
  farPitches,
  maskIntervals,
  type NoteBatch,
  type NoteMelody,
  writeEnding,
  writeMeeting,
} from '../../dataset/noteBatches.ts'
import type { NoteAblation } from '../../config/modelSpec.ts'
import { type BarGrid, type Heard, referenceOf } from '../../dataset/noteInputs.ts'
import { MEETINGS, type Sights } from '../../dataset/otherVoice.ts'
import { INTERVAL_CLASSES, intervalClass, LENGTH_CLASSES, PITCHES } from '../../dataset/tokenClasses.ts'
import type { Token } from '../../dataset/tokens.ts'
import { type MetricSums, NO_SUMS } from '../metricSums.ts'
import { meetingHazard } from './meetingHazard.ts'
import { addedAt } from './meetings.ts'
import type { NoteLosses } from './noteLosses.ts'
import { follow, type NoteNetwork, type NotePass } from './notePass.ts'
import type { Tensor2D } from '../lstmKernels.ts'
import { itemAt } from '../../support/itemAt.ts'

type Sums = { -readonly [Sum in keyof MetricSums]: number }

/** A step at which something may begin: `age` steps after the first of the token in `row`. */
interface Moment {
  readonly row: number
  readonly token: Token
  readonly age: number
  /** Probability that something begins. */
  readonly begins: number
  readonly melody: number
  readonly grid: BarGrid
  /** Pitch the next note's interval is counted from. */
  readonly reference: number
  /** What is known of the other voice; null for a melody that is alone. */
  readonly other: Sights | null
  /** What happens there: a token begins, or (null) nothing does. */
  readonly next: Token | null
}

/**
 * Loss and hits of each melody of a batch, as those of the networks that read steps: at each step after the first the event that
 * is likeliest (hold, note-off or a pitch) either comes or does not.
 */
export function hitsOf(
  network: NoteNetwork,
  pass: NotePass,
  { losses, batch }: { readonly losses: NoteLosses; readonly batch: NoteBatch },
): MetricSums[] {
  const sums = batch.melodies.map((): Sums => ({ ...NO_SUMS }))
  addLosses(sums, losses, batch)
  const lengths = losses.length.logProbabilities.exp().dataSync<'float32'>()
  const meets = pass.meet?.output.dataSync<'float32'>() ?? null
  const moments = batch.melodies.flatMap((melody, n) =>
    momentsOf(itemAt(sums, n), { melody, n, lengths, meets, size: batch.size }, network.spec.without ?? []),
  )
  const ended = moments.filter(({ next }) => next !== null)
  const known = {
    rests: pass.following.rest.output.sigmoid().dataSync<'float32'>(),
    intervals: losses.interval.logProbabilities.exp().dataSync<'float32'>(),
  }
  ended.forEach((moment) => judge(sums, moment, rowOf(known, moment.row)))
  const others = moments.filter(({ next }) => next === null)
  if (others.length === 0) return sums
  const found = headsAt(network, pass.state, others)
  others.forEach((moment, n) => judge(sums, moment, rowOf(found, n)))
  return sums
}

function addLosses(sums: Sums[], { length, rest, interval }: NoteLosses, batch: NoteBatch): void {
  const ofLength = length.losses.dataSync<'float32'>()
  const ofRest = rest.losses.dataSync<'float32'>()
  const ofInterval = interval.losses.dataSync<'float32'>()
  for (let row = 0; row < ofLength.length; row++) {
    if (batch.hasLength[row] === 0) continue
    itemAt(sums, row % batch.size).loss +=
      itemAt(ofLength, row) +
      (batch.hasKind[row] === 1 ? itemAt(ofRest, row) : 0) +
      (batch.hasNote[row] === 1 ? itemAt(ofInterval, row) : 0)
  }
}

/**
 * Counts a melody's steps whose likeliest event is plain from the length alone, and returns the others: where a token begins, and
 * where it is likelier than not that one does.
 */
function momentsOf(
  sums: Sums,
  { melody, n, lengths, meets, size }: Lengths,
  without: readonly NoteAblation[],
): Moment[] {
  const { tokens, grid, other } = melody
  const moments: Moment[] = []
  let heard: Pick<Heard, 'last'> = { last: null }
  tokens.forEach((token, t) => {
    const row = t * size + n
    const ofRow = lengths.subarray(row * LENGTH_CLASSES, (row + 1) * LENGTH_CLASSES)
    const added = addedAt(melody, token, meets?.subarray(row * MEETINGS, (row + 1) * MEETINGS) ?? null)
    const next = tokens[t + 1] ?? null
    heard = { last: token.pitch ?? heard.last }
    const moment = { row, token, melody: n, grid, reference: referenceOf(heard, without), other: other ?? null }
    for (let age = 1; age < token.length + (next === null ? 0 : 1); age++) {
      const begins = meetingHazard(ofRow, age, added(age))
      const follows = age === token.length ? next : null
      sums.steps += 1
      if (follows !== null) sums.eventSteps += 1
      if (follows !== null || begins > 0.5) moments.push({ ...moment, age, begins, next: follows })
      else sums.correct += 1 // "hold" is likeliest, and so it is
    }
  })
  return moments
}

/** The n-th melody of a batch of `size`, and the probabilities of all lengths [rows, LENGTH_CLASSES]. */
interface Lengths {
  readonly melody: NoteMelody
  readonly n: number
  readonly lengths: Float32Array
  /** What meetings add [rows, MEETINGS]; null without a second voice. */
  readonly meets: Float32Array | null
  readonly size: number
}

/** What the heads of what follows say: probability of a rest [rows], and of each interval class [rows, INTERVAL_CLASSES]. */
interface Heads {
  readonly rests: Float32Array
  readonly intervals: Float32Array
}

/** The heads at steps where a token could have ended and did not. */
function headsAt(network: NoteNetwork, state: Tensor2D, moments: readonly Moment[]): Heads {
  const { tf, spec } = network
  const without = spec.without ?? []
  const width = endingWidth(spec.secondVoice ?? false)
  const endings = new Float32Array(moments.length * width)
  const masks = new Float32Array(moments.length * INTERVAL_CLASSES)
  moments.forEach(({ token, age, grid, reference, other }, n) => {
    const ending = endings.subarray(n * width, (n + 1) * width)
    writeEnding(ending, { start: token.start, length: age }, { grid, without })
    if (spec.secondVoice && other !== null) writeMeeting(ending, other.ahead(token.start + age), reference)
    maskIntervals(masks.subarray(n * INTERVAL_CLASSES, (n + 1) * INTERVAL_CLASSES), reference)
  })
  const rows = state.gather<Tensor2D>(moments.map(({ row }) => row))
  const { rest, interval } = follow(network, rows, tf.tensor2d(endings, [moments.length, width]))
  return {
    rests: rest.output.sigmoid().dataSync<'float32'>(),
    intervals: interval.output.add<Tensor2D>(tf.tensor2d(masks, interval.output.shape)).softmax().dataSync<'float32'>(),
  }
}

/** What they say in one row. */
interface HeadsRow {
  readonly rest: number
  readonly intervals: Float32Array
}

function rowOf({ rests, intervals }: Heads, row: number): HeadsRow {
  return {
    rest: itemAt(rests, row),
    intervals: intervals.subarray(row * INTERVAL_CLASSES, (row + 1) * INTERVAL_CLASSES),
  }
}

/** Counts a step as a hit where the likeliest event is the one that comes. */
function judge(sums: Sums[], { token, begins, reference, next, melody }: Moment, heads: HeadsRow): void {
  const rest = token.pitch === null ? 0 : heads.rest
  const { pitch, probability } = likeliestPitch(heads.intervals, reference)
  const hold = 1 - begins
  const off = begins * rest
  const note = begins * (1 - rest) * probability
  const of = itemAt(sums, melody)
  if (next === null) {
    if (hold >= off && hold >= note) of.correct += 1
  } else if (next.pitch === null ? off > hold && off >= note : note > hold && note > off && next.pitch === pitch) {
    of.correct += 1
    of.eventCorrect += 1
  }
}

/** The likeliest pitch, the lowest of several, and its probability given that a note follows. */
function likeliestPitch(intervals: Float32Array, reference: number): { pitch: number; probability: number } {
  const far = farPitches(reference)
  let best = { pitch: -1, probability: -1 }
  for (let pitch = 0; pitch < PITCHES; pitch++) {
    const n = intervalClass(pitch - reference)
    const probability = n === INTERVAL_CLASSES - 1 ? intervals[n]! / far : intervals[n]!
    if (probability > best.probability) best = { pitch, probability }
  }
  return best
}

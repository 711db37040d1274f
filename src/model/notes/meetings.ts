import type { NoteBatch, NoteMelody } from '../../dataset/noteBatches.ts'
import { meetingOf, MEETINGS } from '../../dataset/otherVoice.ts'
import { LENGTH_CLASSES, LONG_LENGTHS } from '../../dataset/tokenClasses.ts'
import { LONGEST_TOKEN, type Token } from '../../dataset/tokens.ts'
import type { Tensor2D } from '../lstmKernels.ts'
import { LAST_AGE } from './meetingHazard.ts'
import type { TargetLoss } from './noteKernels.ts'
import type { NoteNetwork } from './notePass.ts'
import { itemAt } from '../../support/itemAt.ts'

/** What is added at each age of a token, from the logits of its row; zero for a melody that is alone. */
export function addedAt(
  { other }: Pick<NoteMelody, 'other'>,
  { start }: Pick<Token, 'start'>,
  logits: ArrayLike<number> | null,
): (age: number) => number {
  if (other === undefined || logits === null) return () => 0
  return (age) => itemAt(logits, meetingOf(other.ahead(start + age)))
}

/** The losses of lengths with what the other voice adds to them, and the gradient by what it adds. */
export function withMeetings(
  { tf }: Pick<NoteNetwork, 'tf'>,
  { length, meet }: { readonly length: TargetLoss; readonly meet: Tensor2D | null },
  { batch, valid }: { readonly batch: NoteBatch; readonly valid: number },
): { length: TargetLoss; meet: Tensor2D | null } {
  if (meet === null || batch.melodies.every(({ other }) => other === undefined)) return { length, meet: null }
  const [logs, logits] = [length.logProbabilities.dataSync<'float32'>(), meet.dataSync<'float32'>()]
  const losses = length.losses.dataSync<'float32'>().slice()
  const gradient = length.gradient.dataSync<'float32'>().slice()
  const byMeeting = new Float32Array(logits.length)
  batch.melodies.forEach((melody, b) => {
    if (melody.other === undefined) return
    melody.tokens.forEach((token, t) => {
      const row = t * batch.size + b
      if (batch.hasLength[row] === 0) return
      const own = logits.subarray(row * MEETINGS, (row + 1) * MEETINGS)
      const lengths = logs.subarray(row * LENGTH_CLASSES, (row + 1) * LENGTH_CLASSES)
      const added = addedAt(melody, token, own)
      const found = lengthLoss(lengths, { token, isLast: t + 1 === melody.tokens.length, added })
      losses[row] = found.loss
      for (let n = 0; n < LENGTH_CLASSES; n++) gradient[row * LENGTH_CLASSES + n] = found.byLength[n]! / valid
      found.byAge.forEach((slope, n) => {
        byMeeting[row * MEETINGS + meetingOf(melody.other!.ahead(token.start + n + 1))]! += slope / valid
      })
    })
  })
  return {
    length: {
      losses: tf.tensor1d(losses),
      gradient: tf.tensor2d(gradient, length.gradient.shape),
      logProbabilities: length.logProbabilities,
    },
    meet: tf.tensor2d(byMeeting, meet.shape),
  }
}

/** What is to be learnt from one token. */
export interface Lesson {
  readonly token: Token
  /** Whether the melody ends with it: then it is at least this long. */
  readonly isLast: boolean
  readonly added: (age: number) => number
}

/** Smallest share that counts as one: its logarithm is finite. */
const LEAST = 1e-30

/** Loss of one token's length in nats; its gradient by the logits of the lengths, and by what was added at each age from 1 up. */
export function lengthLoss(
  logs: ArrayLike<number>,
  { token: { length }, isLast, added }: Lesson,
): { loss: number; byLength: Float64Array; byAge: number[] } {
  const shares = Float64Array.from({ length: LENGTH_CLASSES }, (_, n) => Math.exp(logs[n]!))
  const alive = new Float64Array(LENGTH_CLASSES + 1) // alive[n]: share of the classes from n on
  for (let n = LENGTH_CLASSES - 1; n >= 0; n--) alive[n] = alive[n + 1]! + shares[n]!
  const byLength = new Float64Array(LENGTH_CLASSES)
  const byAge: number[] = []
  let [loss, carried] = [0, 0]
  for (let age = 1; age <= Math.min(length, LAST_AGE); age++) {
    const ends = age === length
    if (ends && isLast) break
    const [own, after] = [itemAt(shares, age - 1), Math.max(itemAt(alive, age), LEAST)]
    const factor = Math.exp(added(age))
    const total = Math.max(own * factor + after, LEAST)
    const chance = (own * factor) / total
    loss += Math.log(total) - (ends ? Math.log(Math.max(own * factor, LEAST)) : Math.log(after))
    byLength[age - 1] = chance + own * carried - (ends ? 1 : 0)
    byAge.push(ends ? chance - 1 : chance)
    carried += 1 / total - (ends ? 0 : 1 / after)
  }
  for (let n = byAge.length; n < LENGTH_CLASSES; n++) byLength[n] = shares[n]! * carried
  // In the last class every length is as likely.
  if (length > LAST_AGE) loss += Math.log(LONG_LENGTHS) - (isLast ? Math.log(LONGEST_TOKEN - length + 1) : 0)
  return { loss, byLength, byAge }
}

import type { NoteBatch } from '../../dataset/noteBatches.ts'
import { MEETINGS } from '../../dataset/otherVoice.ts'
import { LENGTH_CLASSES } from '../../dataset/tokenClasses.ts'
import { meetingHazard } from './meetingHazard.ts'
import { addedAt } from './meetings.ts'
import type { NoteLosses } from './noteLosses.ts'
import type { NotePass } from './notePass.ts'
import { itemAt } from '../../support/itemAt.ts'

/**
 * What each melody's steps after the first are given, as networks of steps give it: the probability of hold while a token lasts,
 * and of what begins where it ends. Their product is the probability of the melody's tokens.
 */
export function stepProbabilitiesOf(
  { length, rest, interval }: NoteLosses,
  batch: NoteBatch,
  meet: Pick<NotePass, 'meet'>['meet'] = null,
): Float64Array[] {
  const lengths = length.logProbabilities.exp().dataSync<'float32'>()
  const [ofRest, ofInterval] = [rest.losses.dataSync<'float32'>(), interval.losses.dataSync<'float32'>()]
  const meets = meet?.output.dataSync<'float32'>() ?? null
  const following = (row: number): number =>
    Math.exp(
      -(batch.hasKind[row] === 1 ? itemAt(ofRest, row) : 0) - (batch.hasNote[row] === 1 ? itemAt(ofInterval, row) : 0),
    )
  return batch.melodies.map((melody, n) => {
    const { tokens } = melody
    const steps = tokens.flatMap((token, t) => {
      const { length: lasts } = token
      const row = t * batch.size + n
      const ofRow = lengths.subarray(row * LENGTH_CLASSES, (row + 1) * LENGTH_CLASSES)
      const added = addedAt(melody, token, meets?.subarray(row * MEETINGS, (row + 1) * MEETINGS) ?? null)
      const ends = (age: number): number => meetingHazard(ofRow, age, added(age))
      const held = Array.from({ length: lasts - 1 }, (_, age) => 1 - ends(age + 1))
      return t + 1 === tokens.length ? held : [...held, ends(lasts) * following(row)]
    })
    return Float64Array.from(steps)
  })
}

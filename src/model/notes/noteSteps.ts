import type { NoteBatch } from '../../dataset/noteBatches.ts'
import { LENGTH_CLASSES } from '../../dataset/tokenClasses.ts'
import { hazard } from '../tokenDistribution.ts'
import type { NoteLosses } from './noteLosses.ts'

/**
 * What each melody's steps after the first are given, as networks of steps give it: the probability of hold while a token lasts,
 * and of what begins where it ends. Their product is the probability of the melody's tokens.
 */
export function stepProbabilitiesOf({ length, rest, interval }: NoteLosses, batch: NoteBatch): Float64Array[] {
  const lengths = length.logProbabilities.exp().dataSync<'float32'>()
  const [ofRest, ofInterval] = [rest.losses.dataSync<'float32'>(), interval.losses.dataSync<'float32'>()]
  const following = (row: number): number =>
    Math.exp(-(batch.hasKind[row] === 1 ? ofRest[row]! : 0) - (batch.hasNote[row] === 1 ? ofInterval[row]! : 0))
  return batch.melodies.map(({ tokens }, n) => {
    const steps = tokens.flatMap(({ length: lasts }, t) => {
      const row = t * batch.size + n
      const ofRow = lengths.subarray(row * LENGTH_CLASSES, (row + 1) * LENGTH_CLASSES)
      const held = Array.from({ length: lasts - 1 }, (_, age) => 1 - hazard(ofRow, age + 1))
      return t + 1 === tokens.length ? held : [...held, hazard(ofRow, lasts) * following(row)]
    })
    return Float64Array.from(steps)
  })
}

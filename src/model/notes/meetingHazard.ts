import { LENGTH_CLASSES } from '../../dataset/tokenClasses.ts'
import { exp } from '../portableMath.ts'
import { hazard } from '../tokenDistribution.ts'

/** Meetings change the odds of lengths that have a class of their own; longer tokens end as they would alone. */
export const LAST_AGE = LENGTH_CLASSES - 1

/**
 * Probability that a token ends at an age, where the other voice does something there: its odds are those of the token alone, times
 * e to the power of what that kind of meeting adds.
 */
export function meetingHazard(lengths: ArrayLike<number>, age: number, added: number): number {
  const alone = hazard(lengths, age)
  if (age > LAST_AGE || added === 0) return alone
  const ends = alone * exp(added)
  const total = ends + 1 - alone
  return total > 0 ? ends / total : alone
}

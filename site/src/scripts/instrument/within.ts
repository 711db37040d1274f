/**
 * A number that lies within bounds.
 * @throws RangeError for one that does not, and for anything that is not a number.
 */
export function within(value: number, [least, most]: readonly [number, number]): number {
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw new RangeError(`${value}`)
  return value
}

/** A whole number from 0 to the most. @throws RangeError */
export function whole(value: number, most: number): number {
  if (!Number.isInteger(value)) throw new RangeError(`${value}`)
  return within(value, [0, most])
}

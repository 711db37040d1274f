/**
 * The places of the ones in a chroma, tonal's way to write a set of pitch classes.
 * @example degreesOf('100010010000') // [0, 4, 7]
 */
export const degreesOf = (chroma: string): number[] =>
  [...chroma].flatMap((bit, degree) => (bit === '1' ? [degree] : []))

interface Row {
  readonly step: number
  readonly loss: number
}

/** A curve as rows of a table. */
export interface CurveRows<T> {
  readonly rows: readonly T[]
  /** Which part of the curve the rows are: each nth, besides the lowest loss and the last row. */
  readonly nth: number
}

/** At most about `most` rows of a curve, evenly spread; the lowest loss and the last row are among them. */
export function curveRows<T extends Row>(curve: readonly T[], most = 50): CurveRows<T> {
  const nth = Math.max(1, Math.ceil(curve.length / most))
  const lowest = Math.min(...curve.map(({ loss }) => loss))
  const rows = curve.filter(({ loss }, n) => (n + 1) % nth === 0 || loss === lowest || n === curve.length - 1)
  return { rows, nth }
}
